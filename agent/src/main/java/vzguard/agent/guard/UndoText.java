package vzguard.agent.guard;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import vzguard.agent.boot.BootFile;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.PublishedRule;

/**
 * What takes one guard write back, as a text of simple lines that {@link #TAKE_BACK} carries out: no JVM is needed, and nothing
 * about the rules as they are then. Own chains and own files only, and copies of the published rules that the guard had taken
 * the place of. Carried out twice it is as once.
 */
public final class UndoText {
    /**
     * Carries out the lines that it reads. First the own chains get their former rules in one commit, after which the guard is
     * what it was; the rest tidies up. A commit that another iptables was in the way of is tried again (exit 4, 1.6.0 to 1.8.7).
     */
    public static final String TAKE_BACK = """
            set -f
            umask 022
            text=
            while read -r what word rest; do
                case $what in
                    "|") text="$text$word${rest:+ $rest}
            " ;;
                    restore)
                        for try in 1 2 3 4 5; do
                            printf '*filter\\n%sCOMMIT\\n' "$text" | "$word-restore" --noflush && break
                            sleep 1 </dev/null
                        done
                        text= ;;
                    delete) while "$word" -D $rest </dev/null; do :; done ;;
                    insert)
                        rule=${rest#* }
                        "$word" -I $rest </dev/null || "$word" -A "${rest%% *}" ${rule#* } </dev/null ;;
                    drop) "$word" -F $rest </dev/null; "$word" -X $rest </dev/null ;;
                    ban)
                        recent=/proc/net/xt_recent
                        [ -d "$recent" ] || recent=/proc/net/ipt_recent
                        echo "+$rest" >"$recent/$word" ;;
                    file)
                        [ -d "${word%/*}" ] || mkdir -p "${word%/*}" </dev/null
                        printf '%s' "$text" >"$word.vzguard-new" && mv -f "$word.vzguard-new" "$word" </dev/null; text= ;;
                    unlink | last)
                        needed=
                        set +f
                        for rules in /etc/vzguard/rules.v[46] /etc/vzguard/edge-*.v[46]; do
                            [ ! -e "$rules" ] || needed=1
                        done
                        set -f
                        [ "$what$needed" != last1 ] || continue
                        rm -f "$word" </dev/null
                        case $word in
                            /etc/vzguard/* | /etc/systemd/system/multi-user.target.wants/*) rmdir "${word%/*}" </dev/null ;;
                        esac ;;
                esac
            done >/dev/null 2>&1
            exit 0
            """;

    private final List<String> lines = new ArrayList<>();
    private final String program;
    private final Place place;
    private final Chains own;

    private UndoText(Place place, String program) {
        this.place = place;
        this.own = Chains.of(place);
        this.program = program;
    }

    /**
     * @param place where it is written
     * @param previous what is there before the write
     * @param wanted what is going to be written; of a guard that goes, the copies that take its place again
     * @param stored the own files before the write
     */
    public static String of(Place place, Family family, OwnRules previous, OwnRules wanted, GuardSeen.Stored stored) {
        UndoText undo = new UndoText(place, family.program());
        undo.chains(previous, wanted);
        undo.copies(previous, wanted);
        undo.files(family, stored);
        GuardLists.of(previous)
                .ifPresent(lists ->
                        stored.kept().bans().forEach(ban -> undo.lines.add("ban " + lists.deny() + " " + ban.first())));
        return String.join("\n", undo.lines) + "\n";
    }

    private void chains(OwnRules previous, OwnRules wanted) {
        boolean ban = previous.ban().isPresent() || wanted.ban().isPresent();
        text(":" + own.guard() + " - [0:0]");
        if (ban) {
            text(":" + own.ban() + " - [0:0]");
        }
        previous.chain().forEach(rule -> text("-A " + own.guard() + " " + rule));
        previous.ban().ifPresent(rules -> rules.forEach(rule -> text("-A " + own.ban() + " " + rule)));
        line("restore");
        wanted.jumps().stream()
                .filter(jump -> !previous.jumps().contains(jump))
                .forEach(jump -> line("delete", own.builtIn(), jump));
        for (int i = 0; i < previous.jumps().size(); i++) {
            String jump = previous.jumps().get(i);
            if (!wanted.jumps().contains(jump)) {
                line("delete", own.builtIn(), jump);
                line("insert", own.builtIn(), (i + 1) + " " + jump);
            }
        }
        if (previous.ban().isEmpty() && ban) {
            line("drop", own.ban());
        }
        if (!previous.chainPresent()) {
            line("drop", own.guard());
        }
    }

    /** All wordings go before they come back: a copy more than before could shut everyone out. */
    private void copies(OwnRules previous, OwnRules wanted) {
        Stream.concat(previous.copies().stream(), wanted.copies().stream())
                .flatMap(copy -> PublishedRules.wordings(copy).stream())
                .distinct()
                .forEach(words -> line("delete", own.builtIn(), words));
        int before = previous.jumps().size();
        for (PublishedRule copy : previous.copies()) {
            line("insert", own.builtIn(), (before + copy.position()) + " " + copy.words());
        }
    }

    /** A file that was none of ours, or that nothing would have loaded, is left. */
    private void files(Family family, GuardSeen.Stored stored) {
        Optional<OwnRules> rules = stored.rules();
        if (rules.isPresent()) {
            GuardRules.fileText(rules.get(), stored.kept(), stored.boot().layout(), own)
                    .lines()
                    .forEach(this::text);
            lines.add("file " + place.rulesFile(family));
        } else if (!stored.filePresent()) {
            lines.add("unlink " + place.rulesFile(family));
        }
        // What runs it goes before what it runs, and only when no other guard of the place is loaded by it.
        List<String> before = stored.boot().paths();
        List<BootFile> written = new ArrayList<>(stored.boot().layout().files());
        Collections.reverse(written);
        written.stream()
                .map(BootFile::path)
                .filter(path -> !before.contains(path))
                .forEach(path -> lines.add("last " + path));
    }

    private void text(String line) {
        lines.add("| " + line);
    }

    private void line(String what, String... rest) {
        lines.add(what + " " + program + (rest.length == 0 ? "" : " " + String.join(" ", rest)));
    }
}
