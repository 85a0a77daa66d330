namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>An entry of a started registry.</summary>
/// <param name="Member">As it stands there.</param>
/// <param name="Job">The job.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Expires">Refreshed while a worker watches over it; past: nobody does.</param>
internal sealed record RqStarted(string Member, RqJob Job, string Queue, DateTime? Expires);
