using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Which queue a message came from: kombu keeps exchanges as sets of <c>routing key, pattern, queue</c>.</summary>
internal sealed class RedisBindings(Func<RedisLayout> layout)
{
    private readonly Dictionary<string, IReadOnlyList<(string RoutingKey, string Queue)>> byExchange = new(StringComparer.Ordinal);

    /// <summary>Reads the exchanges that are not known yet.</summary>
    public async Task LoadAsync(RedisConnection connection, IEnumerable<string> exchanges, CancellationToken cancellationToken)
    {
        var unknown = exchanges.Where(e => e.Length > 0 && !byExchange.ContainsKey(e)).Distinct().ToList();
        if (unknown.Count == 0)
        {
            return;
        }

        var replies = await connection.PipelineAsync([.. unknown.Select(e => new RedisCommand("SMEMBERS", layout().BindingPrefix + e))], cancellationToken).ConfigureAwait(false);
        foreach (var (exchange, members) in unknown.Zip(replies))
        {
            byExchange[exchange] = [.. members.Texts().Select(Split).OfType<(string, string)>()];
        }
    }

    /// <summary>The anonymous exchange names the queue itself; others are looked up. Empty when that gives no single answer.</summary>
    public string QueueOf(CeleryMessage message)
    {
        if (message.Exchange.Length == 0)
        {
            return message.RoutingKey;
        }

        var bound = byExchange.GetValueOrDefault(message.Exchange, []);
        var exact = bound.Where(b => b.RoutingKey == message.RoutingKey).Select(static b => b.Queue).Distinct().ToList();
        return exact.Count == 1 ? exact[0] : exact.Count == 0 && bound.Count == 1 ? bound[0].Queue : "";
    }

    /// <summary>The queues of all exchanges but those of control and events.</summary>
    public async Task<IReadOnlyList<string>> FindQueuesAsync(RedisConnection connection, CancellationToken cancellationToken)
    {
        var names = layout();
        var found = new HashSet<string>(StringComparer.Ordinal);
        var cursor = "0";
        do
        {
            var page = await connection.CallAsync(new("SCAN", cursor, "MATCH", EscapeGlob(names.BindingPrefix) + "*", "COUNT", 1000), cancellationToken).ConfigureAwait(false);
            cursor = page.Items[0].Text ?? "0";
            found.UnionWith(page.Items[1].Texts().Select(k => k[names.BindingPrefix.Length..]));
        }
        while (cursor != "0");

        var exchanges = found.Where(static e => !e.EndsWith(".pidbox", StringComparison.Ordinal) && e != "celeryev").ToList();
        foreach (var exchange in exchanges)
        {
            byExchange.Remove(exchange);
        }

        await LoadAsync(connection, exchanges, cancellationToken).ConfigureAwait(false);
        return [.. exchanges.SelectMany(e => byExchange[e]).Select(static b => b.Queue).Distinct().Order(StringComparer.Ordinal)];
    }

    private (string RoutingKey, string Queue)? Split(string member) =>
        member.Split(layout().Separator) is [var key, _, var queue] ? (key, queue) : null;

    private static string EscapeGlob(string text) =>
        string.Concat(text.Select(static c => c is '*' or '?' or '[' or ']' or '\\' ? $"\\{c}" : c.ToString()));
}
