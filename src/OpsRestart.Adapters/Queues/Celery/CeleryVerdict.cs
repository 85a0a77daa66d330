namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>What the rule makes of one look.</summary>
/// <param name="IsDrained">All conditions hold.</param>
/// <param name="Confidence">How strong that is. Below Exact, it has to hold in several looks in a row.</param>
/// <param name="Waiting">Waiting in queues.</param>
/// <param name="Held">Held by workers and not running.</param>
/// <param name="Executing">Running.</param>
/// <param name="IsNear">Only something short-lived is in the way: look again at once.</param>
/// <param name="Evidence">What was seen.</param>
internal sealed record CeleryVerdict(bool IsDrained, DrainConfidence Confidence, long Waiting, long Held, long Executing, bool IsNear, IReadOnlyList<string> Evidence);
