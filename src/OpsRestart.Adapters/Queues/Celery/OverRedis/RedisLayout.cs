using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.Celery.OverRedis;

/// <summary>
/// Names of keys and channels in a Redis broker (kombu.transport.redis). The defaults are kombu's; workers tell their transport options.
/// </summary>
internal sealed record RedisLayout
{
    /// <summary>
    /// kombu's own template of the prefix, which its Sentinel transport leaves as it is (5.2.4, by experiment; later versions fill it, by
    /// their source).
    /// </summary>
    public const string UnfilledFanoutPrefix = "/{db}.";

    public string Prefix { get; init; } = "";

    public int Database { get; init; }

    public string ControlExchange { get; init; } = "celery";

    public string? FanoutPrefix { get; init; }

    public string Separator { get; init; } = "\u0006\u0016";

    public IReadOnlyList<int> PrioritySteps { get; init; } = [0, 3, 6, 9];

    public string UnackedName { get; init; } = "unacked";

    public string UnackedIndexName { get; init; } = "unacked_index";

    /// <summary>After this time workers give an unacknowledged task to somebody else.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a worker waits in one BRPOP.</summary>
    public TimeSpan LongestPop { get; init; } = TimeSpan.FromSeconds(1);

    public string ControlChannel => Fanout(ControlExchange + ".pidbox");

    public string WorkerOnlineChannel => Fanout("celeryev") + "/worker.online";

    public string Unacked => Prefix + UnackedName;

    public string UnackedIndex => Prefix + UnackedIndexName;

    public string BindingPrefix => Prefix + "_kombu.binding.";

    public static RedisLayout From(CelerySettings settings, int database) =>
        new()
        {
            Prefix = settings.KeyPrefix ?? "",
            Database = database,
            ControlExchange = settings.ControlExchange,
            FanoutPrefix = settings.FanoutPrefix,
        };

    /// <summary>The lists of one queue, one for each priority step. In this transport a lower step is served first.</summary>
    public IEnumerable<string> QueueKeys(string queue) => PrioritySteps.Select(step => QueueKey(queue, step));

    public string QueueKey(string queue, int step) => step == 0 ? Prefix + queue : Invariant($"{Prefix}{queue}{Separator}{step}");

    /// <summary>The step that a message of this priority is put into.</summary>
    public int StepOf(int priority) => PrioritySteps.Where(s => s <= priority).DefaultIfEmpty(PrioritySteps[0]).Max();

    /// <summary>With the transport options of a worker's <c>stats</c>.</summary>
    public RedisLayout Learn(ForeignJson stats)
    {
        var options = stats["broker"]["transport_options"];
        IReadOnlyList<int> steps =
        [
            .. options["priority_steps"]
                .Items.Select(static s => s.Whole)
                .Where(static s => s is >= 0 and <= 255)
                .Select(static s => (int)s!)
                .Order(),
        ];
        return this with
        {
            Separator = options["sep"].Text is { Length: > 0 } separator ? separator : Separator,
            UnackedName = options["unacked_key"].Text ?? UnackedName,
            UnackedIndexName = options["unacked_index_key"].Text ?? UnackedIndexName,
            PrioritySteps = steps.Count > 0 ? steps : PrioritySteps,
            LongestPop = options["polling_interval"].Real is > 1 and < 3600 and var pop ? TimeSpan.FromSeconds(pop) : LongestPop,
            VisibilityTimeout = CeleryTime.Seconds(options["visibility_timeout"].Real) ?? VisibilityTimeout,
        };
    }

    private string Fanout(string exchange) => Invariant($"{Prefix}{FanoutPrefix ?? $"/{Database}."}{exchange}");
}
