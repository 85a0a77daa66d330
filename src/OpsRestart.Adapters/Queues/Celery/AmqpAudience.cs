namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>The workers that a broadcast reaches. AMQP does not tell a sender who received: the bindings of the control exchange do, asked of the management API.</summary>
/// <param name="Nodes">Their names.</param>
/// <param name="IsCertain">From the broker's own bindings; else only those that answered before.</param>
internal sealed record AmqpAudience(IReadOnlySet<string> Nodes, bool IsCertain)
{
    /// <summary>Workers whose reply is waited for.</summary>
    public int Expect(PidboxRequest request) =>
        request.Destination is not { } named ? Nodes.Count
            : IsCertain ? named.Count(Nodes.Contains)
            : named.Count;
}
