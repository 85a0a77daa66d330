using OpsRestart.Adapters.Secrets;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues;

/// <summary>Opens queue systems by their name and their broker's address.</summary>
internal sealed class WorkQueueFactory(IReadOnlyList<IQueueKind> kinds) : IWorkQueueFactory
{
    public IReadOnlyList<GraphFinding> Validate(GraphQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        if (Find(queue) is not { } kind)
        {
            return [NotServed(queue)];
        }

        List<GraphFinding> findings = [.. SecretResolver.Missing(queue.Broker).Select(m => Finding(queue, "MissingSecret", $"Queue '{queue.Name}': {m} is not set or not readable.", "Set the variable, or create the file."))];
        if (kind.CheckBroker(queue.Broker) is { } wrong)
        {
            findings.Add(Finding(queue, "InvalidBroker", $"Queue '{queue.Name}': {wrong.Message}", wrong.Advice));
        }

        if (!kind.CanSuspend && (queue.Suspend || queue.Drain == DrainLevel.Executing))
        {
            findings.Add(Finding(queue, "CannotSuspend", $"Queue '{queue.Name}': {queue.System} has no switch that makes its consumers wait, and this drain needs one.",
                "Let the services that feed it (fedBy) stop with them, and use the level drained; or the level or mode none."));
        }

        findings.AddRange(queue.Settings.Keys.Except(kind.Settings)
            .Select(k => Finding(queue, "UnknownKey", $"Queue '{queue.Name}' has no setting '{k}'.", kind.Settings.Count > 0 ? $"Known: {string.Join(", ", kind.Settings)}." : null)));
        return findings;
    }

    public Task<IWorkQueueSystem> OpenAsync(GraphQueue queue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queue);
        var address = IsReference(queue.Broker) ? SecretResolver.Resolve(queue.Broker) : queue.Broker;
        if (kinds.FirstOrDefault(k => k.System == queue.System && k.Serves(address)) is { } kind)
        {
            return Task.FromResult(kind.Open(queue));
        }

        var wrong = NotServed(queue);
        throw new OpsRestartException(OpsError.InvalidArgument, wrong.Message, queue.Name, wrong.Advice);
    }

    private IQueueKind? Find(GraphQueue queue) => kinds.FirstOrDefault(k => k.System == queue.System && (k.Serves(queue.Broker) || IsReference(queue.Broker)));

    // The whole address may be a secret: ${env:BROKER_URL}. Then its scheme is known only when it is opened.
    private static bool IsReference(string broker) => broker.StartsWith("${", StringComparison.Ordinal);

    private GraphFinding NotServed(GraphQueue queue) => kinds.Any(k => k.System == queue.System)
        ? Finding(queue, "InvalidBroker", $"Queue '{queue.Name}': {queue.System} can't use the broker {SecretText.RedactAddress(queue.Broker)}.", "Celery takes redis:// or amqp://, RQ redis://, RabbitMQ amqp://.")
        : Finding(queue, "UnknownQueueSystem", $"Queue '{queue.Name}': '{queue.System}' is no queue system.", $"Use {string.Join(", ", kinds.Select(static k => k.System).Distinct())}.");

    private static GraphFinding Finding(GraphQueue queue, string code, string message, string? advice) =>
        new() { Code = code, Message = message, Advice = advice, Target = queue.Name, Line = queue.Line };
}
