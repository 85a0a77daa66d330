using System.Diagnostics;
using System.Runtime.CompilerServices;
using OpsRestart.Adapters.Redis;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Celery on Redis.</summary>
internal sealed class RedisTransport : ICeleryTransport
{
    // Compare and swap: only if the hash still holds exactly what was seen. kombu WATCHes the hash, so this is safe beside running workers.
    private const string RestoreScript =
        "if redis.call('HGET',KEYS[2],ARGV[1])~=ARGV[2] then return 0 end redis.call('ZREM',KEYS[1],ARGV[1]) redis.call('HDEL',KEYS[2],ARGV[1]) redis.call('RPUSH',KEYS[3],ARGV[3]) return 1";

    private static readonly TimeSpan SearchEvery = TimeSpan.FromSeconds(2);

    private readonly RedisEndpoint endpoint;
    private readonly CelerySettings settings;
    private readonly RedisLine line;
    private readonly RedisPidbox pidbox;
    private readonly RedisBindings bindings;
    private readonly RedisPops pops;
    private readonly OtherPrograms others = new();
    private readonly Dictionary<string, HeldMessage> knownHeld = new(StringComparer.Ordinal);
    private RedisLayout layout;
    private bool clientListRefused;
    private bool prefixIsKnown;
    private long? searchedAt;

    public RedisTransport(RedisEndpoint endpoint, CelerySettings settings)
    {
        this.endpoint = endpoint;
        this.settings = settings;
        layout = RedisLayout.From(settings, endpoint.Database);
        prefixIsKnown = settings.KeyPrefix is not null;
        line = new RedisLine(endpoint);
        pidbox = new RedisPidbox(line, endpoint, () => layout, settings);
        bindings = new RedisBindings(() => layout);
        pops = new RedisPops(line, () => layout);
    }

    public string Broker => endpoint.Display;

    public CelerySettings Settings => layout.Prefix.Length > 0 ? settings with { KeyPrefix = layout.Prefix } : settings;

    public int Interruptions => line.Interruptions;

    public bool PopsOutlastCancel => true;

    public TimeSpan VisibilityTimeout => layout.VisibilityTimeout;

    public void Learn(ForeignJson stats) => layout = layout.Learn(stats);

    public async Task<IReadOnlyList<GraphFinding>> FindRisksAsync(TimeSpan? longestTask, CancellationToken cancellationToken)
    {
        var connection = await line.GetAsync(cancellationToken).ConfigureAwait(false);
        var findings = await EvictionRisk.FindAsync(connection, Broker, cancellationToken).ConfigureAwait(false);
        return longestTask is not { } longest || longest < layout.VisibilityTimeout ? findings :
        [
            .. findings,
            new GraphFinding
            {
                Severity = FindingSeverity.Warning,
                Code = "VisibilityTimeoutTooShort",
                Message = $"A task has been running for {Duration.Format(longest)}, longer than the visibility_timeout of {Duration.Format(layout.VisibilityTimeout)}: with late acknowledgement it is given to another worker and runs twice.",
                Target = Broker,
                Advice = "Raise broker_transport_options['visibility_timeout'] above the longest task.",
            },
        ];
    }

    public async Task<IReadOnlyList<BroadcastResult>> BroadcastAsync(IReadOnlyList<PidboxRequest> requests, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var results = await BroadcastOnAnyChannelAsync(requests, deadline, cancellationToken).ConfigureAwait(false);
        if (results.Any(static r => r.Receivers > 0))
        {
            prefixIsKnown = true;
        }
        else if (await FindPrefixAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            results = await BroadcastOnAnyChannelAsync(requests, deadline, cancellationToken).ConfigureAwait(false);
        }

        return results;
    }

    private async Task<IReadOnlyList<BroadcastResult>> BroadcastOnAnyChannelAsync(IReadOnlyList<PidboxRequest> requests, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var results = await pidbox.BroadcastAsync(requests, deadline, cancellationToken).ConfigureAwait(false);
        if (endpoint.Sentinels.Count == 0 || settings.FanoutPrefix is not null || results.Any(static r => r.Receivers > 0))
        {
            return results;
        }

        // Nobody listens here. Behind Sentinel, kombu 5.2 and others do not put the database's number into the names of their channels, newer ones do.
        var heard = layout.FanoutPrefix;
        layout = layout with { FanoutPrefix = heard is null ? RedisLayout.UnfilledFanoutPrefix : null };
        results = await pidbox.BroadcastAsync(requests, deadline, cancellationToken).ConfigureAwait(false);
        layout = results.Any(static r => r.Receivers > 0) ? layout : layout with { FanoutPrefix = heard };
        return results;
    }

    public Task<TimeSpan> EndPopsAsync(CancellationToken cancellationToken) => pops.EndAsync(cancellationToken);

    public async Task<(long Ready, long Held)> CountAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var keys = Keys(queues);

        // Empty lists do not exist, so one EXISTS answers for all of them at a fifth of the cost of their lengths.
        var quick = await connection.PipelineAsync([.. Exists(keys), new("HLEN", layout.Unacked)], cancellationToken).ConfigureAwait(false);
        var held = quick[^1].Integer;
        return quick.Count == 1 || quick[0].Integer == 0
            ? (0, held)
            : ((await LengthsAsync(connection, keys, cancellationToken).ConfigureAwait(false)).Sum(), held);
    }

    public async Task<IReadOnlyList<ConsumerConnection>?> GetConsumersAsync(CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        return (await TransactWithClientsAsync(connection, [], cancellationToken).ConfigureAwait(false)).Consumers;
    }

    public async Task<BrokerLook> LookAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        List<RedisCommand> commands = [.. Exists(Keys(queues)), new("HKEYS", layout.Unacked)];
        var (replies, clients) = await TransactWithClientsAsync(connection, commands, cancellationToken).ConfigureAwait(false);
        var tags = replies[^1].Texts();
        var held = await ResolveHeldAsync(connection, tags, cancellationToken).ConfigureAwait(false);
        return new BrokerLook
        {
            Ready = replies.Count > 1 ? replies[0].Integer : 0,
            HeldCount = tags.Count,
            Held = held,
            HeldChanged = held.Count < tags.Count,
            Consumers = clients,
            Sight = clients is null ? BrokerSight.NoConsumers : BrokerSight.Full,
        };
    }

    public async Task<IReadOnlyList<string>> FindQueuesAsync(CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        return await bindings.FindQueuesAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<QueueDepth>> GetDepthsAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var lengths = await LengthsAsync(connection, Keys(queues), cancellationToken).ConfigureAwait(false);
        var held = (await GetHeldAsync(cancellationToken).ConfigureAwait(false)).CountBy(static h => h.Queue).ToDictionary(StringComparer.Ordinal);
        var steps = layout.PrioritySteps.Count;
        return [.. queues.Select((q, i) => new QueueDepth(q, lengths.Skip(i * steps).Take(steps).Sum(), held.GetValueOrDefault(q)))];
    }

    public async Task<IReadOnlyList<CeleryMessage>> PeekAsync(string queue, int limit, CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);

        // The right end is the head.
        var replies = await connection.PipelineAsync([.. layout.QueueKeys(queue).Select(k => new RedisCommand("LRANGE", k, -limit, -1))], cancellationToken).ConfigureAwait(false);
        return [.. replies.SelectMany(static r => r.Items.Reverse()).Select(static i => CeleryMessage.Parse(i.Bytes.Span)).OfType<CeleryMessage>().Take(limit)];
    }

    public async Task<IReadOnlyList<HeldMessage>> GetHeldAsync(CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var tags = (await connection.CallAsync(new("HKEYS", layout.Unacked), cancellationToken).ConfigureAwait(false)).Texts();
        return await ResolveHeldAsync(connection, tags, cancellationToken).ConfigureAwait(false);
    }

    public async Task<long> ClearAsync(string queue, CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var keys = layout.QueueKeys(queue).ToList();
        var replies = await connection.TransactionAsync([.. keys.Select(static k => new RedisCommand("LLEN", k)), RedisCommand.Of("DEL", keys)], cancellationToken).ConfigureAwait(false);
        return replies.Take(keys.Count).Sum(static r => r.Integer);
    }

    public async Task<bool> RemoveAsync(string id, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        foreach (var key in Keys(queues))
        {
            var elements = await connection.CallAsync(new("LRANGE", key, 0, -1), cancellationToken).ConfigureAwait(false);
            if (elements.Items.FirstOrDefault(e => CeleryMessage.Parse(e.Bytes.Span)?.Id == id) is { } element)
            {
                return (await connection.CallAsync(new("LREM", key, 1, element.Bytes), cancellationToken).ConfigureAwait(false)).Integer > 0;
            }
        }

        return false;
    }

    public async Task<bool> RestoreAsync(HeldMessage message, CancellationToken cancellationToken)
    {
        if (message.Queue.Length == 0)
        {
            throw new CeleryException(OpsError.QueueNotFound, $"Task {message.Message.Id} came through exchange '{message.Message.Exchange}', and which queue that is can't be told.", message.Message.Id, "Send it again by hand, or bind the exchange to one queue.");
        }

        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var target = layout.QueueKey(message.Queue, layout.StepOf(message.Message.Priority));
        var again = RedisMessages.Redelivered(message.Raw.Span)
            ?? throw new CeleryException(OpsError.ProtocolError, $"Task {message.Message.Id} can't be put back: its message is not one of kombu's.", message.Message.Id, "Send it again by hand.");
        var reply = await connection.CallAsync(
            new("EVAL", RestoreScript, 3, layout.UnackedIndex, layout.Unacked, target, message.Tag, message.Raw, again), cancellationToken).ConfigureAwait(false);
        return reply.Integer == 1;
    }

    public async IAsyncEnumerable<string> WatchWorkersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var connection = await RedisConnection.ConnectAsync(endpoint, null, cancellationToken).ConfigureAwait(false);
        await using var held = connection.ConfigureAwait(false);
        await foreach (var message in connection.SubscribeAsync([layout.WorkerOnlineChannel], cancellationToken).ConfigureAwait(false))
        {
            yield return message.Channel;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await pidbox.DisposeAsync().ConfigureAwait(false);
        await line.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A connection, and names that are sure as far as they can be.</summary>
    private async Task<RedisConnection> ReadyAsync(CancellationToken cancellationToken)
    {
        var connection = await line.GetAsync(cancellationToken).ConfigureAwait(false);
        if (!prefixIsKnown && searchedAt is null)
        {
            // Workers without a prefix have this key. A user who may not see it has another one.
            var workers = await connection.SendAsync(new("EXISTS", $"{layout.BindingPrefix}{layout.ControlExchange}.pidbox"), cancellationToken).ConfigureAwait(false);
            if (workers.Integer > 0)
            {
                prefixIsKnown = true;
            }
            else
            {
                await FindPrefixAsync(connection, cancellationToken).ConfigureAwait(false);
            }
        }

        return connection;
    }

    /// <summary>True when it is another one than was assumed. Looks through all keys, so not often.</summary>
    private async Task<bool> FindPrefixAsync(RedisConnection connection, CancellationToken cancellationToken)
    {
        if (prefixIsKnown || (searchedAt is { } at && Stopwatch.GetElapsedTime(at) < SearchEvery))
        {
            return false;
        }

        searchedAt = Stopwatch.GetTimestamp();
        var found = await RedisInstallations.FindPrefixAsync(connection, Broker, cancellationToken).ConfigureAwait(false);
        prefixIsKnown = found is not null;
        var isOther = found is not null && found != layout.Prefix;
        layout = isOther ? layout with { Prefix = found! } : layout;
        return isOther;
    }

    private List<string> Keys(IReadOnlyList<string> queues) => [.. queues.SelectMany(layout.QueueKeys)];

    private static IEnumerable<RedisCommand> Exists(List<string> keys) => keys.Count == 0 ? [] : [RedisCommand.Of("EXISTS", keys)];

    private static async Task<List<long>> LengthsAsync(RedisConnection connection, List<string> keys, CancellationToken cancellationToken) =>
        keys.Count == 0 ? [] : [.. (await connection.TransactionAsync([.. keys.Select(static k => new RedisCommand("LLEN", k))], cancellationToken).ConfigureAwait(false)).Select(static r => r.Integer)];

    /// <summary>Runs the commands and, where this user may, CLIENT LIST at the same moment.</summary>
    private async Task<(IReadOnlyList<RedisReply> Replies, IReadOnlyList<ConsumerConnection>? Consumers)> TransactWithClientsAsync(RedisConnection connection, List<RedisCommand> commands, CancellationToken cancellationToken)
    {
        if (!clientListRefused)
        {
            try
            {
                var replies = await connection.TransactionAsync([.. commands, new("CLIENT", "LIST", "TYPE", "NORMAL")], cancellationToken).ConfigureAwait(false);
                if (replies[^1].Text is { } text)
                {
                    return ([.. replies.Take(commands.Count)], Consumers(text));
                }
            }
            catch (RedisException e) when (e.Error == OpsError.AccessDenied)
            {
            }

            clientListRefused = true;
        }

        return (await connection.TransactionAsync(commands, cancellationToken).ConfigureAwait(false), null);
    }

    private List<ConsumerConnection> Consumers(string clientList) => others.LeaveOut(
        [.. RedisClientInfo.ParseList(clientList)
            .Where(c => c.Database == layout.Database && c.Command == "brpop" && c.Name != RedisLine.ClientName)
            .Select(static c => new ConsumerConnection(c.Address, c.IsBlocked, c.Idle))]);

    /// <summary>A held message never changes, so each is read once only; what is gone meanwhile is left out.</summary>
    private async Task<IReadOnlyList<HeldMessage>> ResolveHeldAsync(RedisConnection connection, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        var unknown = tags.Where(t => !knownHeld.ContainsKey(t)).ToList();
        if (unknown.Count > 0)
        {
            var raws = await connection.CallAsync(RedisCommand.Of("HMGET", [layout.Unacked, .. unknown]), cancellationToken).ConfigureAwait(false);
            var parsed = unknown.Zip(raws.Items).Where(static p => !p.Second.IsNull).Select(static p => RedisMessages.ParseHeld(p.First, p.Second.Bytes)).ToList();
            await bindings.LoadAsync(connection, parsed.Select(static h => h.Message.Exchange), cancellationToken).ConfigureAwait(false);
            foreach (var held in parsed)
            {
                knownHeld[held.Tag] = held with { Queue = bindings.QueueOf(held.Message) };
            }
        }

        var present = tags.ToHashSet(StringComparer.Ordinal);
        foreach (var gone in knownHeld.Keys.Where(t => !present.Contains(t)).ToList())
        {
            knownHeld.Remove(gone);
        }

        return [.. tags.Select(t => knownHeld.GetValueOrDefault(t)).OfType<HeldMessage>()];
    }
}
