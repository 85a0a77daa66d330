namespace OpsRestart.Core.Probes;

/// <summary>The end of waiting for a probe.</summary>
/// <param name="Healthy">It was healthy as often in a row as asked for, in time.</param>
/// <param name="Result">The last result.</param>
/// <param name="Tries">Checks made.</param>
/// <param name="Elapsed">Time waited.</param>
internal sealed record ProbeTry(bool Healthy, ProbeResult Result, int Tries, TimeSpan Elapsed);
