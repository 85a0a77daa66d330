namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>A worker's connection that pops tasks, as the broker sees it.</summary>
/// <param name="Address">Its remote address.</param>
/// <param name="IsBlocked">It waits in BRPOP, so nothing is on its way to it.</param>
/// <param name="Idle">Since it last asked for a task; whole seconds.</param>
internal sealed record ConsumerConnection(string Address, bool IsBlocked, TimeSpan Idle);
