using System.Globalization;
using System.Text.Json;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Names of keys and channels in a Redis broker (kombu.transport.redis). The defaults are kombu's; workers tell their transport options.</summary>
internal sealed record RedisLayout
{
    /// <summary>kombu's own template of the prefix, which its Sentinel transport leaves as it is (5.2.4, by experiment; later versions fill it, by their source).</summary>
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

    public static RedisLayout From(CelerySettings settings, int database) => new()
    {
        Prefix = settings.KeyPrefix,
        Database = database,
        ControlExchange = settings.ControlExchange,
        FanoutPrefix = settings.FanoutPrefix,
    };

    /// <summary>The lists of one queue, one for each priority step. In this transport a lower step is served first.</summary>
    public IEnumerable<string> QueueKeys(string queue) => PrioritySteps.Select(step => QueueKey(queue, step));

    public string QueueKey(string queue, int step) =>
        step == 0 ? Prefix + queue : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{queue}{Separator}{step}");

    /// <summary>The step that a message of this priority is put into.</summary>
    public int StepOf(int priority) => PrioritySteps.Where(s => s <= priority).DefaultIfEmpty(PrioritySteps[0]).Max();

    /// <summary>With the transport options of a worker's <c>stats</c>.</summary>
    public RedisLayout Learn(JsonElement stats)
    {
        if (stats.ValueKind != JsonValueKind.Object || !stats.TryGetProperty("broker", out var broker)
            || !broker.TryGetProperty("transport_options", out var options) || options.ValueKind != JsonValueKind.Object)
        {
            return this;
        }

        string? Text(string name) => options.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;
        return this with
        {
            Separator = Text("sep") ?? Separator,
            UnackedName = Text("unacked_key") ?? UnackedName,
            UnackedIndexName = Text("unacked_index_key") ?? UnackedIndexName,
            PrioritySteps = options.TryGetProperty("priority_steps", out var steps) && steps.ValueKind == JsonValueKind.Array && steps.GetArrayLength() > 0
                ? [.. steps.EnumerateArray().Where(static s => s.ValueKind == JsonValueKind.Number).Select(static s => s.GetInt32()).Order()]
                : PrioritySteps,
            LongestPop = options.TryGetProperty("polling_interval", out var interval) && interval.ValueKind == JsonValueKind.Number && interval.TryGetDouble(out var pop) && pop is > 0 and < 3600
                ? TimeSpan.FromSeconds(Math.Max(1, pop))
                : LongestPop,
            VisibilityTimeout = options.TryGetProperty("visibility_timeout", out var seconds) && seconds.ValueKind == JsonValueKind.Number
                ? TimeSpan.FromSeconds(seconds.GetDouble())
                : VisibilityTimeout,
        };
    }

    private string Fanout(string exchange) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{FanoutPrefix ?? $"/{Database}."}{exchange}");
}
