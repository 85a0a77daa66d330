using System.Globalization;
using System.Text;
using OpsRestart.Adapters.Commands;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Exec;

/// <summary>Runs a program and judges its exit code as monitoring does: 0 OK, 1 warning, 2 critical, 3 unknown (monitoring-plugins.org, "Plugin Return Codes").</summary>
internal sealed class ExecProbe(ProbeDefinition definition, ExecProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    private const int OutputLimit = 4096;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    // A try that is over for the caller may still be ending its command.
    private Task _last = Task.CompletedTask;

    protected override string Peer => options.Command;

    protected override string ShownTarget => string.Join(' ', options.Arguments.Select(SecretText.RedactArgument).Prepend(options.Command));

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

    protected override ProbeVerdict? Explain(Exception error) => error is CommandStartException start
        ? ProbeVerdict.Unknown("NotStarted", $"{ProbeText.OneLine(start.Message)} {start.Advice}")
        : null;

    private async Task<ProbeVerdict> RunAsync(CancellationToken cancellationToken)
    {
        var (output, errors) = (new Beginning(), new Beginning());
        var command = new Command
        {
            Words = [options.Command, .. options.Arguments],
            WorkingDirectory = options.WorkingDirectory,
            Environment = options.Environment,
            Grace = Grace,
        };
        var end = await CommandRun.RunAsync(command, output.ReadAsync, errors.ReadAsync, cancellationToken).ConfigureAwait(false);
        return Judge(end.ExitCode, output.Text.Length > 0 ? output.Text : errors.Text);
    }

    private ProbeVerdict Judge(int exitCode, string output)
    {
        // What stands behind '|' is performance data for graphs.
        var line = ProbeText.OneLine(output.Split('\n')[0].Split('|')[0]);
        var detail = line.Length > 0 ? line : string.Create(CultureInfo.InvariantCulture, $"{options.Command} ended with exit code {exitCode} and said nothing.");
        return exitCode switch
        {
            0 => ProbeVerdict.Healthy(ProbeReason.Ok, detail),
            1 => ProbeVerdict.Degraded("WARNING", detail),
            2 => ProbeVerdict.Unhealthy("CRITICAL", detail),
            3 => ProbeVerdict.Unknown("UNKNOWN", detail),
            126 or 127 => ProbeVerdict.Unknown("NotStarted", $"{detail} (exit code {exitCode}: a command is missing or not executable)"),
            _ => ProbeVerdict.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"Exit{exitCode}"), detail),
        };
    }

    // All of it is read, so that the program never blocks on a full pipe; the beginning is kept.
    private sealed class Beginning
    {
        private readonly byte[] _kept = new byte[OutputLimit];
        private int _length;

        public string Text => Encoding.UTF8.GetString(_kept, 0, _length).Trim();

        public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
        {
            var buffer = new byte[OutputLimit];
            while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                var room = Math.Min(read, OutputLimit - _length);
                buffer.AsSpan(0, room).CopyTo(_kept.AsSpan(_length));
                _length += room;
            }
        }
    }
}
