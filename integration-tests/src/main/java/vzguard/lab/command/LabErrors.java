package vzguard.lab.command;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;
import vzguard.lab.real.LabException;

/** Says what went wrong on standard error, in one place for all commands, and chooses the exit code. */
public final class LabErrors implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult parsed) throws Exception {
        if (exception instanceof LabOptions.BadInput) {
            System.err.println(exception.getMessage());
            return LabOptions.BAD_INPUT;
        }
        if (exception instanceof LabOptions.Refused) {
            System.err.println(exception.getMessage());
            return LabOptions.REFUSED;
        }
        if (exception instanceof LabException) {
            System.err.println(exception.getMessage());
            return LabOptions.FAILED;
        }
        throw exception;
    }
}
