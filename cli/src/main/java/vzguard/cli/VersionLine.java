package vzguard.cli;

import picocli.CommandLine.IVersionProvider;
import vzguard.cli.commands.VersionCommand;

/** What {@code --version} prints. */
final class VersionLine implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"vzguard " + VersionCommand.version()};
    }
}
