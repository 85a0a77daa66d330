using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>What a graph or cmdlet may say about a Celery installation; everything else is learnt from its workers.</summary>
internal sealed record CelerySettings
{
    /// <summary>kombu's global_keyprefix: stands before every key and channel. Null: found out; empty: there is none.</summary>
    public string? KeyPrefix { get; init; }

    /// <summary>Content type of control messages; null: found out.</summary>
    public string? ContentType { get; init; }

    /// <summary>The setting control_exchange.</summary>
    public string ControlExchange { get; init; } = "celery";

    /// <summary>The transport option fanout_prefix where it is not the default: text, or empty for False.</summary>
    public string? FanoutPrefix { get; init; }

    /// <summary>
    /// RabbitMQ's management API: its address, or <c>off</c>; null: looked for at http://HOST:15672 (amqps: https://HOST:15671).
    /// </summary>
    public string? Management { get; init; }

    /// <summary>How long a worker may stay silent before it counts as not answering. Default 2 s.</summary>
    public TimeSpan UnresponsiveAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Queues to look into first for the content type.</summary>
    public IReadOnlyList<string> QueueHints { get; init; } = [];

    public static CelerySettings Read(SettingReader settings)
    {
        var defaults = new CelerySettings();
        return new CelerySettings
        {
            KeyPrefix = settings.Text("keyPrefix"),
            ContentType = settings.Text("contentType"),
            ControlExchange = settings.Text("controlExchange") ?? defaults.ControlExchange,
            FanoutPrefix = settings.Text("fanoutPrefix"),
            Management = ManagementAccess.Read(settings),
            UnresponsiveAfter = settings.Duration("unresponsiveAfter") ?? defaults.UnresponsiveAfter,
        };
    }

    /// <summary>The settings that differ from the defaults, as <see cref="Read"/> reads them.</summary>
    public IReadOnlyDictionary<string, string> ToWritten()
    {
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        void Add(string key, string? value, string? usual)
        {
            if (value is not null && value != usual)
            {
                written[key] = value;
            }
        }

        Add("keyPrefix", KeyPrefix, null);
        Add("contentType", ContentType, null);
        Add("controlExchange", ControlExchange, new CelerySettings().ControlExchange);
        Add("fanoutPrefix", FanoutPrefix, null);
        Add("management", Management, null);
        return written;
    }
}
