package vzguard.cli.connect;

import io.grpc.ManagedChannel;

/** Opens channels to controllers: {@link TlsChannels} in production, in-process ones in tests. */
public interface ChannelOpener {
    /** A channel as the operator of the context. The caller shuts it down. */
    ManagedChannel open(Context context);
}
