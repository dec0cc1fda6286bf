package vzguard.lab.real;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import vzguard.lab.model.VeState;
import vzguard.values.Ctid;

/** Answers the {@code lab} commands on the lab's {@link ControlSocket}. */
final class ControlServer {
    private final LabSpec spec;
    private final LabDirectory lab;
    private final Map<String, HostNode> hosts;
    private final FleetProcesses fleet;
    private final ExecutorService executor;

    ControlServer(
            LabSpec spec,
            LabDirectory lab,
            Map<String, HostNode> hosts,
            FleetProcesses fleet,
            ExecutorService executor) {
        this.spec = spec;
        this.lab = lab;
        this.hosts = hosts;
        this.fleet = fleet;
        this.executor = executor;
    }

    void open() throws IOException {
        ControlSocket.serve(lab.controlSocket(), executor, this::carryOut);
    }

    private List<String> carryOut(List<String> words) {
        return switch (words.get(0)) {
            case "status" -> status();
            case "iptables" -> List.of(spec.iptables().word());
            case "generation" -> List.of(spec.generation().word());
            case "init" -> List.of(Long.toString(init(words.get(1))));
            case "address" -> List.of(address(words.get(1), words.get(2).equals("6")));
            case "reboot" -> {
                HostNode host = host(words.get(1));
                cutPower(host);
                host.start();
                yield List.of();
            }
            case "reinstall" -> {
                HostNode host = host(words.get(1));
                cutPower(host);
                host.install(Path.of(words.get(2)));
                host.start();
                yield List.of();
            }
            case "shorten-next-wait" -> {
                host(words.get(1)).boot().floor().shortenNextWait(Duration.ofMillis(Long.parseLong(words.get(2))));
                yield List.of();
            }
            case "kill-agent" -> {
                host(words.get(1)).killAgent();
                yield List.of();
            }
            case "kill-controller" -> {
                fleet.killController();
                yield List.of();
            }
            case "start-controller" -> {
                fleet.startController();
                yield List.of();
            }
            case "cable" -> {
                Programs.check(List.of(
                        "nsenter",
                        "--net=" + lab.outsideNetwork(),
                        "ip",
                        "link",
                        "set",
                        host(words.get(1)).name(),
                        words.get(2).equals("in") ? "up" : "down"));
                yield List.of();
            }
            default -> throw new LabException("no such request: " + words.get(0));
        };
    }

    private void cutPower(HostNode host) {
        host.cutPower();
        Programs.run(List.of("nsenter", "--net=" + lab.outsideNetwork(), "ip", "link", "delete", host.name()));
    }

    /** One line per host ({@code host NAME ADDRESS STATE}) and VE ({@code ve HOST CTID ADDRESS STATE}). */
    private List<String> status() {
        List<String> lines = new ArrayList<>();
        for (HostNode host : hosts.values()) {
            lines.add("host " + host.name() + " 10.66.0." + host.number() + " " + (host.isUp() ? "up" : "down"));
            for (int ve = 1; ve <= spec.ves(); ve++) {
                Ctid ctid = spec.ctids().get(ve - 1);
                boolean running = host.isUp() && host.boot().floor().state(ctid) != VeState.DOWN;
                lines.add("ve " + host.name() + " " + ctid.text() + " 10.67." + host.number() + "." + ve + " "
                        + (running ? "running" : "stopped"));
            }
        }
        return lines;
    }

    /** Where sshd of HOST or HOST/CTID answers, running or not. */
    private String address(String place, boolean ipv6) {
        return LabPlace.of(spec, place).address(ipv6);
    }

    private HostNode host(String name) {
        HostNode host = hosts.get(name);
        if (host == null) {
            throw new LabException("lab " + spec.name() + " has no host \"" + name + "\"; it has "
                    + String.join(", ", hosts.keySet()));
        }
        return host;
    }

    /** Process 1 of HOST or HOST/CTID, by its number on the machine. */
    private long init(String place) {
        String[] parts = place.split("/", 2);
        NamespaceFloor floor = host(parts[0]).boot().floor();
        if (parts.length == 1) {
            return floor.init();
        }
        if (!Ctid.isValid(parts[1])) {
            throw new LabException("\"" + parts[1] + "\" is not a CTID");
        }
        Ctid ctid = new Ctid(parts[1]);
        if (floor.state(ctid) != VeState.RUNNING) {
            throw new LabException("VE " + place + " does not run");
        }
        return floor.live(ctid).init();
    }
}
