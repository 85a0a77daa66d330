namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>What the rule makes of one snapshot.</summary>
/// <param name="Verdict">Drained, or why not.</param>
/// <param name="Confidence">Exact, or Timed: then two equal snapshots apart are needed.</param>
/// <param name="IsNear">Only something short-lived is in the way.</param>
/// <param name="Evidence">What was seen.</param>
internal sealed record RqVerdict(DrainVerdict Verdict, DrainConfidence Confidence, bool IsNear, IReadOnlyList<string> Evidence);
