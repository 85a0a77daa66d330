using System.Globalization;
using System.Management.Automation;
using OpsRestart.Core.Abstractions;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

/// <summary>
/// Runs a script block as a hook, on the pipeline thread: only there it has its runspace, with the user's variables and functions.
/// A nested pipeline, because that can be stopped by itself when its time is over.
/// </summary>
internal sealed class ScriptHookRunner(Pump pump, ScriptBlock script) : IHookRunner
{
    private const int KeptLines = 20;

    /// <summary>An exit code of a native command fails the hook as a terminating error does; the first non-terminating error ends it too.</summary>
    private const string Call = "param($OpsRestartScript) $ErrorActionPreference = 'Stop'; $global:LASTEXITCODE = 0; & $OpsRestartScript 2>&1 3>&1; $global:LASTEXITCODE";

    public Task<HookResult> RunAsync(GraphHook hook, Action<string> output, CancellationToken cancellationToken)
        => pump.OnPipelineAsync(_ => Invoke(output, cancellationToken));

    private HookResult Invoke(Action<string> output, CancellationToken cancellationToken)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(Call, useLocalScope: true).AddArgument(script);
        using var stop = cancellationToken.Register(() => shell.BeginStop(null, null));
        var lines = new List<string>();
        try
        {
            var results = shell.Invoke();
            var code = results.Count > 0 && results[^1]?.BaseObject is int last ? last : 0;
            Keep(results.Take(results.Count - 1), lines, output);
            cancellationToken.ThrowIfCancellationRequested();
            return new HookResult(code == 0, code == 0 ? null : code, lines);
        }
        catch (PipelineStoppedException) when (cancellationToken.IsCancellationRequested && !pump.Stopping.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            lines.Add(SecretText.Redact(string.Create(CultureInfo.InvariantCulture, $"{e.ErrorRecord.InvocationInfo?.PositionMessage.Split('\n')[0]} {e.Message}").Trim()));
            return new HookResult(false, null, lines);
        }
    }

    private static void Keep(IEnumerable<PSObject?> results, List<string> lines, Action<string> output)
    {
        foreach (var result in results)
        {
            var line = SecretText.Redact(result?.ToString() ?? "");
            output(line);
            lines.Add(line);
        }

        if (lines.Count > KeptLines)
        {
            lines.RemoveRange(0, lines.Count - KeptLines);
        }
    }
}
