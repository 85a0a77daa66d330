namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>A task that was delivered and is not acknowledged.</summary>
/// <param name="Tag">Its delivery tag.</param>
/// <param name="Message">The task.</param>
/// <param name="Queue">The queue that it came from.</param>
/// <param name="Raw">Exactly what the broker holds, for a compare-and-swap; empty where there is none.</param>
internal sealed record HeldMessage(string Tag, CeleryMessage Message, string Queue, ReadOnlyMemory<byte> Raw);
