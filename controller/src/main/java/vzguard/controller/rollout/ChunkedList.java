package vzguard.controller.rollout;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * An immutable list of fixed length whose changed copies share what did not change: half a million tasks are not copied for
 * one that ended.
 */
final class ChunkedList<T> extends AbstractList<T> implements RandomAccess {
    static final int CHUNK = 512;

    private final Object[][] chunks;
    private final int size;

    private ChunkedList(Object[][] chunks, int size) {
        this.chunks = chunks;
        this.size = size;
    }

    static <T> ChunkedList<T> of(List<T> elements) {
        int size = elements.size();
        Object[][] chunks = new Object[(size + CHUNK - 1) / CHUNK][];
        for (int chunk = 0; chunk < chunks.length; chunk++) {
            chunks[chunk] = elements.subList(chunk * CHUNK, Math.min(size, (chunk + 1) * CHUNK))
                    .toArray();
        }
        return new ChunkedList<>(chunks, size);
    }

    @Override
    @SuppressWarnings("unchecked") // only elements of T are ever put in
    public T get(int index) {
        return (T) chunks[index / CHUNK][index % CHUNK];
    }

    @Override
    public int size() {
        return size;
    }

    /** Parts of at most {@link #CHUNK} elements that it consists of. */
    int chunks() {
        return chunks.length;
    }

    Editor<T> edit() {
        return new Editor<>(this);
    }

    /** A changed copy in the making; used by one thread, once. */
    static final class Editor<T> {
        private final ChunkedList<T> before;
        private ChunkedList<T> now;

        private Editor(ChunkedList<T> before) {
            this.before = before;
            this.now = before;
        }

        T get(int index) {
            return now.get(index);
        }

        int size() {
            return now.size;
        }

        void set(int index, T element) {
            if (now == before) {
                now = new ChunkedList<>(before.chunks.clone(), before.size);
            }
            int chunk = index / CHUNK;
            if (now.chunks[chunk] == before.chunks[chunk]) {
                now.chunks[chunk] = before.chunks[chunk].clone();
            }
            now.chunks[chunk][index % CHUNK] = element;
        }

        /** The result; the editor must not be used afterwards. */
        ChunkedList<T> done() {
            return now;
        }
    }
}
