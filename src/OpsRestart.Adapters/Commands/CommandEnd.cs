namespace OpsRestart.Adapters.Commands;

/// <summary>The end of a command.</summary>
/// <param name="ExitCode">128 and the signal's number for one that was killed.</param>
/// <param name="LeftBehind">Processes that it had left behind, as "sleep (pid 42)": they were ended.</param>
internal sealed record CommandEnd(int ExitCode, IReadOnlyList<string> LeftBehind);
