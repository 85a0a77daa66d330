using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Exec;

/// <summary>Runs a program and judges its exit code as monitoring does: 0 OK, 1 warning, 2 critical, 3 unknown (monitoring-plugins.org, "Plugin Return Codes").</summary>
internal sealed class ExecProbe(ProbeDefinition definition, ExecProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    private const int OutputLimit = 4096;

    protected override string Peer => options.Command;

    protected override string ShownTarget => string.Join(' ', [options.Command, .. options.Arguments]);

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        using var process = Start();
        process.StandardInput.Close();
        var output = ReadAsync(process.StandardOutput, cancellationToken);
        var errors = ReadAsync(process.StandardError, cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            var said = await output.ConfigureAwait(false);
            return Judge(process.ExitCode, said.Length > 0 ? said : await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    protected override ProbeVerdict? Explain(Exception error) => error is Win32Exception
        ? ProbeVerdict.Unknown("NotStarted", $"{options.Command} can't be run: {ProbeText.OneLine(error.Message)}. Check the path, and that it is executable.")
        : null;

    private Process Start()
    {
        var start = new ProcessStartInfo(options.Command, options.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingDirectory ?? "",
        };
        foreach (var (name, value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    // All of it is read, so that the program never blocks on a full pipe; the beginning is kept.
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var kept = new StringBuilder();
        var buffer = new char[OutputLimit];
        while (await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            kept.Append(buffer, 0, Math.Min(read, OutputLimit - kept.Length));
        }

        return kept.ToString().Trim();
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
}
