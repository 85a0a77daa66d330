using System.Text.Json;
using OpsRestart.Cli.Output;
using OpsRestart.Tests.Units.Execution;

namespace OpsRestart.Tests.Units.Cli;

/// <summary>
/// Text from graphs, journals, hooks and servers must not take over the screen of the person who reads the command's output.
/// </summary>
public sealed class ForeignTextTests
{
    private const string Hostile = "x\u001b]0;owned\u0007\u001b[2J\u001b[1;1H\u009b31m\rover\u202Ecte\uD800";
    private readonly ConsoleText _console = new(colour: true);

    [Fact]
    public void The_table_of_a_run_holds_no_foreign_sequence()
    {
        var run = Runs.Of(RunOutcome.Failed, Runs.Step(StepKind.Stop, Hostile, StepStatus.Failed, 0, 1, Hostile)) with
        {
            Graph = Hostile,
            Failure = Hostile,
            Left = [Hostile],
            Warnings = [Hostile],
        };

        _console.Terminal.Write(run);

        AssertSafe();
    }

    [Fact]
    public void Findings_states_and_errors_hold_no_foreign_sequence()
    {
        var probe = new ProbeResult
        {
            Probe = Hostile,
            Target = Hostile,
            Reason = Hostile,
            Detail = Hostile,
            Status = ProbeStatus.Unhealthy,
            Node = Hostile,
        };
        FindingReport.Write(
            [
                new GraphFinding
                {
                    Code = "Cycle",
                    Message = Hostile,
                    Advice = Hostile,
                    File = Hostile,
                    Line = 1,
                },
            ],
            Hostile,
            json: false,
            _console.Terminal
        );
        StatusReport.Write(
            [
                new NodeLine(
                    Hostile,
                    new ManagedService
                    {
                        Name = Hostile,
                        Id = "x",
                        HostName = Hostile,
                        Boot = Hostile,
                    },
                    [probe]
                ),
            ],
            [probe],
            json: false,
            _console.Terminal
        );
        _console.Terminal.Write(OpsError.InvalidGraph, Hostile, Hostile);

        AssertSafe();
    }

    [Fact]
    public void Json_keeps_the_text_exactly_and_holds_no_control_character()
    {
        const string Text = "x\u001b[2J\u009b31m\u202E\u2028\r\n\"";
        FindingReport.Write([new GraphFinding { Code = "Cycle", Message = Text }], "x", json: true, _console.Terminal);

        Assert.Equal(Text, JsonDocument.Parse(_console.Out).RootElement.GetProperty("message").GetString());
        AssertSafe();
    }

    private void AssertSafe()
    {
        var text = _console.Out + _console.Error;
        var left = System
            .Text.RegularExpressions.Regex.Replace(text, "\u001b\\[(0|1|3[123]|90)m", "")
            .Replace("\n", "", StringComparison.Ordinal);
        Assert.DoesNotContain(left, char.IsControl);
        Assert.DoesNotContain('\u202E', left);
        Assert.NotEmpty(left);
    }
}
