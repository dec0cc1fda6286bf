package vzguard.agent.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.agent.boot.BootFile;
import vzguard.agent.boot.BootLayout;
import vzguard.values.BanAddress;
import vzguard.values.Ctid;

/** One step of a plan. Steps carry all that is needed to do them, read them back and show them. */
public sealed interface Step {
    /** Why it is needed, one line. */
    String reason();

    /** What it does, one line. */
    String summary();

    /** Unified diff of the file it edits, or the rules it writes; may be empty. */
    default String diff() {
        return "";
    }

    /** Name in plans and journals: LOAD_MODULE, SHARE_VE, ... */
    Kind kind();

    enum Kind {
        LOAD_MODULE,
        PERSIST_MODULES,
        SHARE_GLOBAL,
        SHARE_VE,
        SHARE_NETFILTER,
        RESTART_VE,
        WRITE_GUARD,
        PERSIST_GUARD,
        REMOVE_GUARD,
        REMOVE_PERSISTENCE;

        /** Whether it changes what all VEs of the host have in common. */
        public boolean isOfHost() {
            return this == LOAD_MODULE || this == PERSIST_MODULES || this == SHARE_GLOBAL;
        }
    }

    /** {@code modprobe} on the host. */
    record LoadModule(String module, String reason) implements Step {
        @Override
        public String summary() {
            return "load " + module + " on the host";
        }

        @Override
        public Kind kind() {
            return Kind.LOAD_MODULE;
        }
    }

    /** Own lines in the file from which modules are loaded at boot. */
    record PersistModules(String path, String content, List<String> modules, String diff, String reason)
            implements Step {
        public PersistModules {
            modules = List.copyOf(modules);
        }

        @Override
        public String summary() {
            return "load " + String.join(", ", modules) + " at boot (" + path + ")";
        }

        @Override
        public Kind kind() {
            return Kind.PERSIST_MODULES;
        }
    }

    /** {@code IPTABLES=} of vz.conf gets more names; none is taken away. */
    record ShareGlobal(String path, List<String> names, String diff, String reason) implements Step {
        public ShareGlobal {
            names = List.copyOf(names);
        }

        @Override
        public String summary() {
            return "share with all VEs: " + String.join(" ", names) + " (" + path + ")";
        }

        @Override
        public Kind kind() {
            return Kind.SHARE_GLOBAL;
        }
    }

    /** {@code vzctl set CTID --iptables NAME ... --save}: the whole list, as vzctl replaces the old one. */
    record ShareVe(Ctid ctid, List<String> names, String diff, String reason) implements Step {
        public ShareVe {
            names = List.copyOf(names);
        }

        @Override
        public String summary() {
            return "share with VE " + ctid + ": " + String.join(" ", names);
        }

        @Override
        public Kind kind() {
            return Kind.SHARE_VE;
        }
    }

    /** {@code vzctl set CTID --netfilter MODE --save}. */
    record ShareNetfilter(Ctid ctid, NetfilterMode mode, String diff, String reason) implements Step {
        @Override
        public String summary() {
            return "let VE " + ctid + " use netfilter: " + mode.word();
        }

        @Override
        public Kind kind() {
            return Kind.SHARE_NETFILTER;
        }
    }

    /** {@code vzctl restart CTID}, watched until the VE is healthy. */
    record RestartVe(Ctid ctid, String reason) implements Step {
        @Override
        public String summary() {
            return "restart VE " + ctid;
        }

        @Override
        public Kind kind() {
            return Kind.RESTART_VE;
        }
    }

    /**
     * Own chains and jumps, replaced in one commit.
     *
     * @param adopted copies of the published rules that go, as the guard takes their place
     * @param bans of operators, for a list that begins anew
     * @param restores it is the guard that was applied before: whom it shuts out it has shut out already
     * @param stored the own files before it
     */
    record WriteGuard(
            Place place,
            Family family,
            OwnRules rules,
            List<PublishedRule> adopted,
            List<BanAddress> bans,
            boolean restores,
            GuardSeen.Stored stored,
            String diff,
            String reason)
            implements Step {
        public WriteGuard {
            adopted = List.copyOf(adopted);
            bans = List.copyOf(bans);
        }

        @Override
        public String summary() {
            return "guard " + place.describe() + ", IPv" + family.number();
        }

        @Override
        public Kind kind() {
            return Kind.WRITE_GUARD;
        }
    }

    /**
     * Own files, from which the guard comes back after a restart.
     *
     * @param layout what runs them at boot
     */
    record PersistGuard(
            Place place, Map<Family, OwnRules> rules, Map<Family, Kept> kept, BootLayout layout, String reason)
            implements Step {
        public PersistGuard {
            rules = java.util.Collections.unmodifiableMap(new TreeMap<>(rules));
            kept = java.util.Collections.unmodifiableMap(new TreeMap<>(kept));
        }

        /** The files that it writes. */
        @Override
        public String diff() {
            return Stream.concat(
                            rules.keySet().stream().map(place::rulesFile),
                            layout.files().stream().map(BootFile::describe))
                    .map(file -> "+ " + file + "\n")
                    .collect(Collectors.joining());
        }

        @Override
        public String summary() {
            return "keep the guard of " + place.describe() + " over a restart";
        }

        @Override
        public Kind kind() {
            return Kind.PERSIST_GUARD;
        }
    }

    /**
     * Own jumps and own chains go; what the guard had taken the place of comes back.
     *
     * @param stored the own files before
     */
    record RemoveGuard(Place place, Family family, List<PublishedRule> adopted, GuardSeen.Stored stored, String reason)
            implements Step {
        public RemoveGuard {
            adopted = List.copyOf(adopted);
        }

        @Override
        public String diff() {
            return adopted.stream()
                    .map(rule -> "-I INPUT " + rule.position() + " " + rule.words() + "\n")
                    .collect(Collectors.joining());
        }

        @Override
        public String summary() {
            return "remove the guard of " + place.describe() + ", IPv" + family.number();
        }

        @Override
        public Kind kind() {
            return Kind.REMOVE_GUARD;
        }
    }

    /**
     * Own files go.
     *
     * @param boot those by which a boot loads the guard, as they were seen; they stay while they load other guards of the host
     */
    record RemovePersistence(Place place, List<String> boot, String reason) implements Step {
        public RemovePersistence {
            boot = List.copyOf(boot);
        }

        @Override
        public String summary() {
            return "remove the guard's files and hook from " + place.describe();
        }

        @Override
        public Kind kind() {
            return Kind.REMOVE_PERSISTENCE;
        }
    }
}
