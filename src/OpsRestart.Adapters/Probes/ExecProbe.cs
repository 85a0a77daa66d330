using OpsRestart.Adapters.Commands;
using OpsRestart.Core.Reports;

namespace OpsRestart.Adapters.Probes;

/// <summary>
/// Runs a program and judges its exit code as monitoring does: 0 OK, 1 warning, 2 critical, 3 unknown (monitoring-plugins.org, "Plugin
/// Return Codes").
/// </summary>
internal sealed class ExecProbe : ProbeBase
{
    private readonly string _command;

    /// <summary>As they are written: secrets do not belong there, since every user of the host sees them.</summary>
    private readonly IReadOnlyList<string> _arguments;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly string? _workingDirectory;

    public ExecProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _command = settings.Target;
        _arguments = settings.List("arguments", asWritten: true);
        _environment = settings.Map("environment");
        _workingDirectory = settings.Text("workingDirectory");
        if (_arguments.Any(static a => a.Contains("${env:", StringComparison.Ordinal) || a.Contains("${file:", StringComparison.Ordinal)))
        {
            settings.Fail(
                "arguments",
                "hold a secret, which every user of this host could read",
                "Give it by environment: { NAME: \"${env:NAME}\" }, or let the command read a file.",
                "SecretInArgument"
            );
        }

        if (_command.Length == 0)
        {
            settings.FailTarget("is empty", "Write the path of a program.");
        }
    }

    private const int OutputLimit = 4096;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    // A try that is over for the caller may still be ending its command.
    private Task _last = Task.CompletedTask;

    protected override string Peer => _command;

    protected override string ShownTarget => string.Join(' ', _arguments.Select(SecretText.RedactArgument).Prepend(_command));

    public override async ValueTask DisposeAsync()
    {
        await _last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        await _last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var run = RunAsync(cancellationToken);
        _last = run;
        return await run.ConfigureAwait(false);
    }

    protected override ProbeVerdict? Explain(Exception error) =>
        error is CommandStartException start
            ? ProbeVerdict.Unknown("NotStarted", $"{ForeignText.OneLine(start.Message)} {start.Advice}")
            : null;

    private async Task<ProbeVerdict> RunAsync(CancellationToken cancellationToken)
    {
        var command = new Command
        {
            Words = [_command, .. _arguments],
            WorkingDirectory = _workingDirectory,
            Environment = _environment,
            Grace = Grace,
        };
        var end = await CommandOutput.RunAsync(command, OutputLimit, cancellationToken).ConfigureAwait(false);
        return Judge(end.ExitCode, end.Output.Length > 0 ? end.Output : end.Errors);
    }

    private ProbeVerdict Judge(int exitCode, string output)
    {
        // What stands behind '|' is performance data.
        var parts = output.Split('\n')[0].Split('|', 2);
        var line = ForeignText.OneLine(parts[0]);
        var detail =
            line.Length > 0
                ? line
                : string.Create(CultureInfo.InvariantCulture, $"{_command} ended with exit code {exitCode} and said nothing.");
        var verdict = exitCode switch
        {
            0 => ProbeVerdict.Healthy(ProbeReason.Ok, detail),
            1 => ProbeVerdict.Degraded("WARNING", detail),
            2 => ProbeVerdict.Unhealthy("CRITICAL", detail),
            3 => ProbeVerdict.Unknown("UNKNOWN", detail),
            126 or 127 => ProbeVerdict.Unknown("NotStarted", $"{detail} (exit code {exitCode}: a command is missing or not executable)"),
            _ => ProbeVerdict.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"Exit{exitCode}"), detail),
        };
        return verdict with { Measures = parts.Length > 1 ? PerformanceData.Read(ForeignText.OneLine(parts[1], OutputLimit)) : [] };
    }
}
