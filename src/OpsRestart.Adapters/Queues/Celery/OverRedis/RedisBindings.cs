using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Celery.OverRedis;

/// <summary>Which queue a message came from: kombu keeps exchanges as sets of <c>routing key, pattern, queue</c>.</summary>
internal sealed class RedisBindings(Func<RedisLayout> layout)
{
    private const string Name = "_kombu.binding.";
    private readonly Dictionary<string, IReadOnlyList<(string RoutingKey, string Queue)>> _byExchange = new(StringComparer.Ordinal);

    /// <summary>Reads the exchanges that are not known yet.</summary>
    public async Task LoadAsync(RedisConnection connection, IEnumerable<string> exchanges, CancellationToken cancellationToken)
    {
        var unknown = exchanges.Where(e => e.Length > 0 && !_byExchange.ContainsKey(e)).Distinct().ToList();
        if (unknown.Count == 0)
        {
            return;
        }

        var replies = await connection
            .PipelineAsync([.. unknown.Select(e => new RedisCommand("SMEMBERS", layout().BindingPrefix + e))], cancellationToken)
            .ConfigureAwait(false);
        foreach (var (exchange, members) in unknown.Zip(replies))
        {
            _byExchange[exchange] = [.. members.Texts().Select(Split).OfType<(string, string)>()];
        }
    }

    /// <summary>The anonymous exchange names the queue itself; others are looked up. Empty when that gives no single answer.</summary>
    public string QueueOf(CeleryMessage message)
    {
        if (message.Exchange.Length == 0)
        {
            return message.RoutingKey;
        }

        var bound = _byExchange.GetValueOrDefault(message.Exchange, []);
        var exact = bound.Where(b => b.RoutingKey == message.RoutingKey).Select(static b => b.Queue).Distinct().ToList();
        return exact.Count == 1 ? exact[0]
            : exact.Count == 0 && bound.Count == 1 ? bound[0].Queue
            : "";
    }

    /// <summary>The queues of all exchanges but those of control and events.</summary>
    public async Task<IReadOnlyList<string>> FindQueuesAsync(RedisConnection connection, CancellationToken cancellationToken)
    {
        var names = layout();
        var found = new HashSet<string>(StringComparer.Ordinal);
        var cursor = "0";
        do
        {
            var page = await connection
                .CallAsync(new("SCAN", cursor, "MATCH", EscapeGlob(names.BindingPrefix) + "*", "COUNT", 1000), cancellationToken)
                .ConfigureAwait(false);
            cursor = page.Items[0].Text ?? "0";
            found.UnionWith(page.Items[1].Texts().Select(k => k[names.BindingPrefix.Length..]));
        } while (cursor != "0");

        var exchanges = found.Where(static e => !e.EndsWith(".pidbox", StringComparison.Ordinal) && e != "celeryev").ToList();
        foreach (var exchange in exchanges)
        {
            _byExchange.Remove(exchange);
        }

        await LoadAsync(connection, exchanges, cancellationToken).ConfigureAwait(false);
        return [.. exchanges.SelectMany(e => _byExchange[e]).Select(static b => b.Queue).Distinct().Order(StringComparer.Ordinal)];
    }

    private (string RoutingKey, string Queue)? Split(string member) =>
        member.Split(layout().Separator) is [var key, _, var queue] ? (key, queue) : null;

    private static string EscapeGlob(string text) =>
        string.Concat(text.Select(static c => c is '*' or '?' or '[' or ']' or '\\' ? $"\\{c}" : c.ToString()));

    /// <summary>
    /// The key prefix (kombu's global_keyprefix) of the Celery in a database: it stands before every other name, and bindings outlive the
    /// workers. Which patterns workers listen to, Redis does not tell. Null: the database has no Celery.
    /// </summary>
    /// <exception cref="CeleryException">InvalidArgument: there are several, and which one is meant is not ours to guess.</exception>
    public static async Task<string?> FindPrefixAsync(RedisConnection connection, string broker, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        var cursor = "0";
        do
        {
            var page = await connection
                .SendAsync(new("SCAN", cursor, "MATCH", $"*{Name}*", "COUNT", 1000), cancellationToken)
                .ConfigureAwait(false);
            if (page.Items.Count < 2)
            {
                // This user may not look around.
                return null;
            }

            cursor = page.Items[0].Text ?? "0";
            keys.AddRange(page.Items[1].Texts());
        } while (cursor != "0");
        return Choose(keys, broker);
    }

    /// <summary>The installation without a prefix is what settings without one mean.</summary>
    internal static string? Choose(IEnumerable<string> keys, string broker)
    {
        var prefixes = keys.Select(static k => k[..Math.Max(0, k.IndexOf(Name, StringComparison.Ordinal))])
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        return prefixes.Count == 0 ? null
            : prefixes[0].Length == 0 ? ""
            : prefixes.Count == 1 ? prefixes[0]
            : throw CeleryException.SeveralPrefixes(broker, prefixes);
    }
}
