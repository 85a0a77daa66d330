using OpsRestart.Cli;

namespace OpsRestart.Tests.Units.Cli;

/// <summary>The numbers are a contract with scripts and timers.</summary>
public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(RunOutcome.Done, 0)]
    [InlineData(RunOutcome.RolledBack, 1)]
    [InlineData(RunOutcome.Failed, 1)]
    [InlineData(RunOutcome.Cancelled, 1)]
    [InlineData(RunOutcome.TimedOut, 2)]
    [InlineData(RunOutcome.DrainAborted, 5)]
    [InlineData(RunOutcome.Refused, 6)]
    [InlineData(RunOutcome.KnownBadState, 7)]
    public void Every_outcome_has_its_number(RunOutcome outcome, int code) => Assert.Equal(code, ExitCode.Of(outcome));

    [Theory]
    [InlineData(OpsError.GraphNotFound, 3)]
    [InlineData(OpsError.UnitNotFound, 3)]
    [InlineData(OpsError.QueueNotFound, 3)]
    [InlineData(OpsError.InvalidGraph, 4)]
    [InlineData(OpsError.CyclicDependency, 4)]
    [InlineData(OpsError.DrainAborted, 5)]
    [InlineData(OpsError.PreflightFailed, 6)]
    [InlineData(OpsError.RunInProgress, 6)]
    [InlineData(OpsError.KnownBadState, 7)]
    [InlineData(OpsError.InvalidArgument, 100)]
    [InlineData(OpsError.ConnectionFailed, 1)]
    [InlineData(OpsError.Unexpected, 1)]
    public void Every_error_has_its_number(OpsError error, int code) => Assert.Equal(code, ExitCode.Of(error));

    [Fact]
    public void A_bad_graph_goes_before_a_refusal_and_warnings_are_no_errors()
    {
        GraphFinding error = new() { Code = "x", Message = "x" };
        var warning = error with { Severity = FindingSeverity.Warning };

        Assert.Equal(4, ExitCode.Of([error], [error]));
        Assert.Equal(6, ExitCode.Of([warning], [error]));
        Assert.Equal(0, ExitCode.Of([warning], [warning]));
    }
}
