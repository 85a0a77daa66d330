namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>What came back for one command.</summary>
/// <param name="Request">The command.</param>
/// <param name="Receivers">Worker mailboxes that got the message; on Redis this is PUBLISH's own result, not a guess.</param>
/// <param name="Expected">Replies to wait for.</param>
/// <param name="Replies">In the order of arrival; two workers of the same name give two.</param>
internal sealed record BroadcastResult(PidboxRequest Request, int Receivers, int Expected, IReadOnlyList<PidboxReply> Replies)
{
    public int Missing => Math.Max(0, Expected - Replies.Count);

    public bool IsComplete => Missing == 0;

    /// <summary>The answers that are no errors.</summary>
    public IEnumerable<PidboxReply> Answers => Replies.Where(static r => r.Error is null);
}
