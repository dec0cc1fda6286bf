package vzguard.it.simulation;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import vzguard.v1.AgentMessage;
import vzguard.v1.ControllerMessage;

/**
 * One connection of an agent to a controller with the one stream on it. Bytes keep their order, as TCP keeps it; either end learns
 * of a break in its own time, up to the 28 s of the keepalive.
 */
final class Wire extends ManagedChannel {
    private static final int KEEPALIVE = 28_000;

    private final Network network;
    private final Machine agent;
    private final String hostId;
    private final String controller;
    private final Pipe up;
    private final Pipe down;
    private @Nullable AgentEnd end;
    private @Nullable ServerEnd server;
    private boolean broken;

    Wire(Network network, Machine agent, String hostId, String controller) {
        this.network = network;
        this.agent = agent;
        this.hostId = hostId;
        this.controller = controller;
        this.up = new Pipe(network.world, hostId + " to " + controller);
        this.down = new Pipe(network.world, controller + " to " + hostId);
    }

    Machine agent() {
        return agent;
    }

    String hostId() {
        return hostId;
    }

    boolean isBroken() {
        return broken;
    }

    boolean isTo(SimulatedController one) {
        return server != null && server.controller() == one;
    }

    void freeze(long until) {
        up.freeze(until);
        down.freeze(until);
    }

    /** @param quick both ends learn of it at once, as when a process dies and its system lives */
    void breakOff(boolean quick) {
        if (broken) {
            return;
        }
        broken = true;
        up.breakOff();
        down.breakOff();
        AgentEnd mine = end;
        if (mine != null) {
            agent.after(
                    notice(quick), "a lost stream", () -> mine.closed(Status.UNAVAILABLE.withDescription("broken")));
        }
        ServerEnd theirs = server;
        if (theirs != null) {
            theirs.controller().machine().after(notice(quick), "a lost stream", theirs::cancelled);
        }
    }

    private long notice(boolean quick) {
        return network.world.random.nextInt(quick ? 200 : KEEPALIVE);
    }

    /** To the controller, unless it is gone. */
    void up(Runnable arrival) {
        up.send(network.latency(), () -> {
            ServerEnd theirs = server;
            if (theirs != null) {
                theirs.controller().machine().after(0, "a message of " + hostId, arrival);
            }
        });
    }

    void down(Runnable arrival) {
        down.send(network.latency(), () -> agent.after(0, "a message of " + controller, arrival));
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        AgentEnd made = new AgentEnd(this);
        end = made;
        @SuppressWarnings("unchecked")
        ClientCall<Q, A> call = (ClientCall<Q, A>) made;
        return call;
    }

    /** The agent's end asks for the stream. */
    void open(AgentEnd from) {
        network.world.after(network.latency(), hostId + " connects", () -> {
            if (broken || !agent.isAlive()) {
                return;
            }
            SimulatedController found = network.reach(hostId, controller);
            if (found == null) {
                agent.after(
                        network.latency(),
                        "no connection",
                        () -> from.closed(Status.UNAVAILABLE.withDescription("nobody serves there")));
                return;
            }
            ServerEnd theirs = new ServerEnd(this, found);
            server = theirs;
            found.machine().after(0, "a stream of " + hostId, theirs::accept);
            agent.after(network.latency(), "a stream stands", from::ready);
        });
    }

    void toServer(AgentMessage message) {
        up(() -> {
            if (server != null) {
                server.received(message);
            }
        });
    }

    void toAgent(ControllerMessage message) {
        down(() -> {
            if (end != null) {
                end.received(message);
            }
        });
    }

    void serverEnds(Status status) {
        down(() -> {
            if (end != null) {
                end.closed(status);
            }
        });
    }

    void agentCompletes() {
        up(() -> {
            if (server != null) {
                server.completed();
            }
        });
    }

    void agentCancels() {
        up(() -> {
            if (server != null) {
                server.cancelled();
            }
        });
    }

    void violation(String what, RuntimeException cause) {
        network.violation(what, cause);
    }

    Network network() {
        return network;
    }

    @Override
    public String authority() {
        return controller;
    }

    @Override
    public ManagedChannel shutdown() {
        return this;
    }

    @Override
    public boolean isShutdown() {
        return broken;
    }

    @Override
    public boolean isTerminated() {
        return broken;
    }

    @Override
    public ManagedChannel shutdownNow() {
        network.forget(this);
        return this;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return broken;
    }

    /** The agent's end of the stream, as gRPC's stubs see it. */
    static final class AgentEnd extends ClientCall<AgentMessage, ControllerMessage> {
        private final Wire wire;
        private @Nullable Listener<ControllerMessage> listener;
        private boolean over;

        AgentEnd(Wire wire) {
            this.wire = wire;
        }

        @Override
        public void start(Listener<ControllerMessage> to, Metadata headers) {
            listener = to;
            wire.open(this);
        }

        void ready() {
            if (!over && listener != null) {
                listener.onReady();
            }
        }

        void received(ControllerMessage message) {
            if (over || listener == null) {
                return;
            }
            try {
                listener.onMessage(message);
            } catch (RuntimeException e) {
                // As gRPC does: what breaks in a listener ends the call.
                wire.agentCancels();
                closed(Status.CANCELLED.withCause(e));
            }
        }

        void closed(Status status) {
            if (!over && listener != null) {
                over = true;
                listener.onClose(status, new Metadata());
            }
        }

        @Override
        public void request(int messages) {
            // The agent takes whatever comes.
        }

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            wire.agentCancels();
            wire.agent.after(0, "a cancelled stream", () -> closed(Status.CANCELLED.withDescription(message)));
        }

        @Override
        public void halfClose() {
            wire.agentCompletes();
        }

        @Override
        public void sendMessage(AgentMessage message) {
            if (!over) {
                wire.toServer(message);
            }
        }

        @Override
        public boolean isReady() {
            return !over;
        }
    }
}
