namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>
/// Something that RabbitMQ can't do or can't show for plain queues. There is no remote code: the broker was not even asked.
/// </summary>
internal sealed class RabbitMqException : OpsRestartException
{
    public RabbitMqException(OpsError error, string message, string target, string? advice = null)
        : base(error, message, target, advice) { }

    internal static RabbitMqException QueueNotFound(string broker, string queue) =>
        new(
            OpsError.QueueNotFound,
            $"There is no queue '{queue}' at {broker}.",
            queue,
            "Check the name and the virtual host at the end of the broker's address: rabbitmqctl list_queues -p VHOST."
        );

    internal static RabbitMqException NamesNeeded(string broker, string whyNoManagement) =>
        new(
            OpsError.InvalidArgument,
            $"Which queues there are at {broker} can't be seen: {whyNoManagement}.",
            broker,
            "Name the queues (queues: [a, b]), or make the management API reachable."
        );

    internal static RabbitMqException CannotSeeUnacked(string broker, string why) =>
        new(
            OpsError.PreflightFailed,
            $"A drain at {broker} can't be judged: {why}. An empty queue says nothing of what its consumers work on, nor of what that "
                + "will put into it.",
            broker,
            "Enable the management API (rabbitmq-plugins enable rabbitmq_management) for this user, and let consumers acknowledge "
                + "after their work; or write drain: none, and let the consumers' services finish what they hold when they are stopped."
        );

    internal static RabbitMqException CannotSuspend(string broker) =>
        new(
            OpsError.InvalidArgument,
            $"RabbitMQ at {broker} has no switch that stops its consumers.",
            broker,
            "Stop the services that feed the queues (fedBy) and drain them (drain: drained), or stop the consumers' own services."
        );

    internal static RabbitMqException CannotList(string broker) =>
        new(
            OpsError.InvalidArgument,
            $"The messages at {broker} can't be listed: RabbitMQ shows a message only by delivering it, which changes it and disturbs "
                + "its consumers.",
            broker,
            "Look at the counts of the queue instead."
        );

    internal static RabbitMqException CannotStop(string broker) =>
        new(
            OpsError.InvalidArgument,
            $"RabbitMQ at {broker} can't take back a message that was queued or delivered.",
            broker,
            "Stop the consumer's service, or empty the whole queue."
        );
}
