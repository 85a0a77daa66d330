using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Queues;

/// <summary>Opens queue systems by their name and their broker's address.</summary>
internal sealed class WorkQueueFactory(IReadOnlyList<IQueueKind> kinds) : IWorkQueueFactory
{
    /// <summary>The systems that have no switch to suspend workers.</summary>
    public IReadOnlyList<string> WithoutSuspension { get; } = [.. kinds.Where(static k => !k.CanSuspend).Select(static k => k.System)];

    public IReadOnlyList<GraphFinding> Validate(GraphQueue queue)
    {
        var settings = SettingsOf(queue, isCheck: true);
        Check(queue, settings);
        return settings.Complete();
    }

    public Task<IWorkQueueSystem> OpenAsync(GraphQueue queue, CancellationToken cancellationToken)
    {
        var address = Secrets.IsReference(queue.Broker) ? Secrets.Resolve(queue.Broker) : queue.Broker;
        if (kinds.FirstOrDefault(k => k.System == queue.System && k.Serves(address)) is not { } kind)
        {
            var (_, why, advice) = NotServed(queue);
            throw new OpsRestartException(OpsError.InvalidArgument, $"Queue '{queue.Name}': {why}", queue.Name, advice);
        }

        var settings = SettingsOf(queue);
        var open = kind.Read(queue, settings);
        return settings.Complete() is [var wrong, ..]
            ? throw new OpsRestartException(OpsError.InvalidArgument, wrong.Message, queue.Name, wrong.Advice)
            : Task.FromResult(open());
    }

    /// <summary>What is wrong with a queue, told to whoever reads its settings.</summary>
    public void Check(GraphQueue queue, SettingReader settings)
    {
        if (Find(queue) is not { } kind)
        {
            var (code, why, advice) = NotServed(queue);
            settings.FailWhole(code, $": {why}", advice);
            foreach (var key in settings.Rest().Keys)
            {
                // Nobody can say whether it is right.
                settings.Find(key);
            }

            return;
        }

        foreach (var missing in Secrets.Missing(queue.Broker))
        {
            settings.FailWhole("MissingSecret", $": {missing} is not set or not readable.", "Set the variable, or create the file.");
        }

        if (kind.CheckBroker(queue.Broker) is { } wrong)
        {
            settings.FailWhole("InvalidBroker", $": {wrong.Message}", wrong.Advice);
        }

        if (!kind.CanSuspend && (queue.Suspend || queue.Drain == DrainLevel.Executing))
        {
            settings.FailWhole(
                "CannotSuspend",
                $": {queue.System} has no switch that makes its consumers wait, and this drain needs one.",
                "Let the services that feed it (fedBy) stop with them, and use the level drained; or the level or mode none."
            );
        }

        kind.Read(queue, settings);
    }

    private IQueueKind? Find(GraphQueue queue) =>
        kinds.FirstOrDefault(k => k.System == queue.System && (k.Serves(queue.Broker) || Secrets.IsReference(queue.Broker)));

    private (string Code, string Why, string Advice) NotServed(GraphQueue queue) =>
        kinds.Any(k => k.System == queue.System)
            ? (
                "InvalidBroker",
                $"{queue.System} can't use the broker {SecretText.RedactAddress(queue.Broker)}.",
                "Celery takes redis:// or amqp://, RQ redis://, RabbitMQ amqp://."
            )
            : (
                "UnknownQueueSystem",
                $"'{queue.System}' is no queue system.",
                $"Use {string.Join(", ", kinds.Select(static k => k.System).Distinct())}."
            );

    private static SettingReader SettingsOf(GraphQueue queue, bool isCheck = false) =>
        new(queue.Settings, $"queue '{queue.Name}'", queue.Line, isCheck);
}
