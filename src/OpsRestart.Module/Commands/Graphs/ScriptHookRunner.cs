using System.Collections.ObjectModel;
using System.Globalization;
using OpsRestart.Adapters.Commands;
using OpsRestart.Core.Runs;

namespace OpsRestart.Commands;

/// <summary>
/// Runs a script block as a hook, on the pipeline thread: only there it has its runspace, with the user's variables and functions.
/// A nested pipeline, because that can be stopped by itself when its time is over.
/// </summary>
internal sealed class ScriptHookRunner(Pump pump, ScriptBlock script) : IHookRunner
{
    /// <summary>
    /// An exit code of a native command fails the hook as a terminating error does; the first non-terminating error ends it too.
    /// </summary>
    private const string Call =
        "param($OpsRestartScript) $ErrorActionPreference = 'Stop'; $global:LASTEXITCODE = 0; & $OpsRestartScript 2>&1 3>&1; "
        + "$global:LASTEXITCODE";

    public Task<HookResult> RunAsync(GraphHook hook, Action<string> output, CancellationToken cancellationToken) =>
        pump.OnPipelineAsync(_ => Invoke(output, cancellationToken));

    private HookResult Invoke(Action<string> output, CancellationToken cancellationToken)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(Call, useLocalScope: true).AddArgument(script);
        using var stop = cancellationToken.Register(() => shell.BeginStop(null, null));
        var results = new Results(output);
        try
        {
            shell.Invoke(null, results);
            var code = results.Last?.BaseObject is int last ? last : 0;
            cancellationToken.ThrowIfCancellationRequested();
            return new HookResult(code == 0, code == 0 ? null : code, results.Lines);
        }
        catch (PipelineStoppedException) when (cancellationToken.IsCancellationRequested && !pump.Stopping.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            results.Flush();
            var place = e.ErrorRecord.InvocationInfo?.PositionMessage.Split('\n')[0];
            results.Add(string.Create(CultureInfo.InvariantCulture, $"{place} {e.Message}").Trim());
            return new HookResult(false, null, results.Lines);
        }
    }

    /// <summary>
    /// What the script block gives out, shown as it comes. Only the last lines stay in memory: a script may give out without end.
    /// </summary>
    private sealed class Results(Action<string> output) : Collection<PSObject?>
    {
        private readonly CommandLines _lines = new(output);

        /// <summary>Given out last, and not shown: at the end it is the exit code.</summary>
        public PSObject? Last { get; private set; }

        public IReadOnlyList<string> Lines => _lines.Last;

        public void Add(string line) =>
            _lines.Add(SecretText.Redact(line.Length > CommandLines.LineLimit ? line[..CommandLines.LineLimit] + " …" : line));

        /// <summary>After an error there is no exit code: the last one is output like the others.</summary>
        public void Flush()
        {
            if (Last is { } last)
            {
                Add(last.ToString());
                Last = null;
            }
        }

        protected override void InsertItem(int index, PSObject? item)
        {
            Flush();
            Last = item;
        }
    }
}
