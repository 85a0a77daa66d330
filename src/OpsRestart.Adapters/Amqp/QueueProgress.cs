namespace OpsRestart.Adapters.Amqp;

/// <summary>What was done in a queue, as the management API's statistics tell: up to 5 s late.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Done">Messages acknowledged, or sent to who does not acknowledge, since the queue or the statistics began.</param>
/// <param name="Rate">Of these, a second, over the last interval of the statistics.</param>
internal sealed record QueueProgress(string Name, long Done, double Rate)
{
    /// <summary>What the API is asked for.</summary>
    public const string Columns =
        "name,message_stats.ack,message_stats.ack_details.rate,message_stats.deliver_no_ack,message_stats.deliver_no_ack_details.rate,"
        + "message_stats.get_no_ack,message_stats.get_no_ack_details.rate,message_stats.publish";

    private static readonly string[] Ends = ["ack", "deliver_no_ack", "get_no_ack"];

    /// <summary>Null: nothing was ever counted for it.</summary>
    /// <exception cref="ForeignJsonException">That is no queue.</exception>
    public static QueueProgress? Parse(ForeignJson queue) =>
        queue["message_stats"] is { IsMap: true } stats
            ? new QueueProgress(
                queue.TextOf("name"),
                Ends.Sum(end => stats.CountOf(end) ?? 0),
                Ends.Sum(end => stats[end + "_details"]["rate"].Real ?? 0)
            )
            : null;
}
