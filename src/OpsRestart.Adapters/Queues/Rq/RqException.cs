namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>RQ said no, or its workers do not answer. <see cref="Status"/> is the job's or worker's own word where there is one.</summary>
public sealed class RqException : OpsRestartException
{
    public RqException(OpsError error, string message, string target, string? advice = null, string? status = null)
        : base(error, message, target, advice) => Status = status;

    public string? Status { get; }
}
