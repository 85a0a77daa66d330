namespace OpsRestart.Core.Runs;

/// <summary>The end of a hook.</summary>
/// <param name="Succeeded">Exit code 0, or the script block ended without a terminating error.</param>
/// <param name="ExitCode">Null for a script block, or when it was ended by its timeout.</param>
/// <param name="Output">Its last lines of output and errors.</param>
internal sealed record HookResult(bool Succeeded, int? ExitCode, IReadOnlyList<string> Output);
