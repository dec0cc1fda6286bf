package vzguard.controller.operator;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.controller.audit.Audit;
import vzguard.controller.core.Transaction;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.fleet.Streams;
import vzguard.policy.Selector;
import vzguard.v1.ForgetHostReply;
import vzguard.v1.ForgetHostRequest;
import vzguard.v1.GetHostRequest;
import vzguard.v1.GetVeRequest;
import vzguard.v1.HostView;
import vzguard.v1.LabelHostRequest;
import vzguard.v1.ListHostsReply;
import vzguard.v1.ListHostsRequest;
import vzguard.v1.ListVesReply;
import vzguard.v1.ListVesRequest;
import vzguard.v1.SelectorSpec;
import vzguard.v1.VeView;
import vzguard.values.Ctid;

/** Calls about hosts and VEs. Steps of the event loop. */
final class HostCalls {
    private static final int MAX_LABELS = 64;
    private static final Pattern LABEL_NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,62}");
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9][A-Za-z0-9_.:-]{0,252})?");

    private final Hosts hosts;
    private final Streams streams;
    private final Lookup lookup;
    private final FleetViews views;
    private final Clock clock;

    HostCalls(Hosts hosts, Streams streams, Lookup lookup, FleetViews views, Clock clock) {
        this.hosts = hosts;
        this.streams = streams;
        this.lookup = lookup;
        this.views = views;
        this.clock = clock;
    }

    ListHostsReply list(ListHostsRequest request) {
        Selector selector = Lookup.selector(
                SelectorSpec.newBuilder().setHosts(request.getSelector()).build());
        Stream<Host> selected =
                hosts.all().stream().filter(host -> selector.hosts().matches(host.name(), host.labels()));
        Page<Host> page = Page.of(selected, HostCalls::key, request.getPageSize(), request.getPageToken());
        return ListHostsReply.newBuilder()
                .addAllHosts(page.elements().stream().map(views::host).toList())
                .setNextPageToken(page.next())
                .build();
    }

    HostView get(GetHostRequest request) {
        return views.host(lookup.host(request.getHost()));
    }

    HostView label(Transaction transaction, String actor, LabelHostRequest request) {
        Host host = lookup.host(request.getHost());
        List<String> problems = new ArrayList<>();
        request.getLabelsMap().forEach((name, value) -> {
            if (name.equals("name") || !LABEL_NAME.matcher(name).matches()) {
                problems.add("\"" + name + "\" is no name for a label"
                        + " (permitted: a-z 0-9 _ . -, starting with a letter, 1-63 characters, not \"name\")");
            }
            if (!LABEL_VALUE.matcher(value).matches()) {
                problems.add("\"" + value + "\" is no value for label " + name
                        + " (permitted: letters, digits, _ . : -, at most 253 characters; empty removes the label)");
            }
        });
        SortedMap<String, String> labels = new TreeMap<>(host.operatorLabels());
        labels.putAll(request.getLabelsMap());
        if (labels.size() > MAX_LABELS) {
            problems.add(
                    "host " + host.name() + " would have " + labels.size() + " labels (permitted: " + MAX_LABELS + ")");
        }
        if (!problems.isEmpty()) {
            throw Fault.invalid(problems);
        }
        hosts.label(transaction.sql(), host, labels);
        Audit.record(
                transaction.sql(),
                clock.instant(),
                actor,
                "LabelHost",
                "host " + host.name() + ": " + new TreeMap<>(request.getLabelsMap()));
        return views.host(host);
    }

    ForgetHostReply forget(Transaction transaction, String actor, ForgetHostRequest request) {
        Host host = lookup.host(request.getHost());
        if (streams.isConnected(host.id())) {
            throw Fault.precondition("host " + host.name() + " is connected; stop its agent first"
                    + " (systemctl stop vzguard-agent, or end `vzguard-agent run`)");
        }
        hosts.forget(transaction.sql(), host);
        Audit.record(
                transaction.sql(),
                clock.instant(),
                actor,
                "ForgetHost",
                "host " + host.name() + " (" + host.id() + ")");
        return ForgetHostReply.getDefaultInstance();
    }

    ListVesReply listVes(ListVesRequest request) {
        Selector selector = Lookup.selector(request.getSelector());
        Stream<Found> found = hosts.all().stream()
                .filter(host -> isAfter(host, request.getPageToken()))
                .filter(host -> selector.hosts().matches(host.name(), host.labels()))
                .flatMap(host -> host.ves().entrySet().stream()
                        .filter(ve -> selector.ves().contains(ve.getKey()))
                        .map(ve -> new Found(host, ve.getKey(), ve.getValue())));
        Page<Found> page = Page.of(found, Found::key, request.getPageSize(), request.getPageToken());
        return ListVesReply.newBuilder()
                .addAllVes(page.elements().stream()
                        .map(one -> views.ve(one.host(), one.ctid(), one.ve()))
                        .toList())
                .setNextPageToken(page.next())
                .build();
    }

    VeView getVe(GetVeRequest request) {
        Host host = lookup.host(request.getHost());
        Ctid ctid = lookup.ctid(host, request.getCtid());
        Host.Ve ve = host.ves().get(ctid);
        if (ve == null) {
            throw new IllegalStateException("VE " + ctid + " was found and is gone");
        }
        return views.ve(host, ctid, ve);
    }

    private static String key(Host host) {
        return host.name() + "\u0000" + host.id();
    }

    /** VEs of the host may come after those that pages up to the token showed. */
    private static boolean isAfter(Host host, String token) {
        return (key(host) + "\u0001").compareTo(token) > 0;
    }

    private record Found(Host host, Ctid ctid, Host.Ve ve) {
        /** Sorts as the list does: numbers by value before UUIDs. */
        String key() {
            String number = ctid.isNumber() ? String.format("0%010d", ctid.number()) : "1" + ctid.text();
            return HostCalls.key(host) + "\u0000" + number;
        }
    }
}
