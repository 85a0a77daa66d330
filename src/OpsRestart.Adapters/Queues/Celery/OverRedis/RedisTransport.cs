using System.Runtime.CompilerServices;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Celery.OverRedis;

/// <summary>Celery on Redis.</summary>
internal sealed class RedisTransport : ICeleryTransport
{
    // Compare and swap: only if the hash still holds exactly what was seen. kombu WATCHes the hash, so this is safe beside running workers.
    private const string RestoreScript =
        "if redis.call('HGET',KEYS[2],ARGV[1])~=ARGV[2] then return 0 end redis.call('ZREM',KEYS[1],ARGV[1]) "
        + "redis.call('HDEL',KEYS[2],ARGV[1]) redis.call('RPUSH',KEYS[3],ARGV[3]) return 1";

    private static readonly TimeSpan SearchEvery = TimeSpan.FromSeconds(2);

    private readonly RedisEndpoint _endpoint;
    private readonly CelerySettings _settings;
    private readonly TimeProvider _time;
    private readonly RedisLine _line;
    private readonly RedisPidbox _pidbox;
    private readonly RedisBindings _bindings;
    private readonly RedisPops _pops;
    private readonly OtherPrograms _others = new();
    private readonly Dictionary<string, HeldMessage> _knownHeld = new(StringComparer.Ordinal);
    private RedisLayout _layout;
    private bool _clientListRefused;
    private bool _prefixIsKnown;
    private long? _searchedAt;

    public RedisTransport(RedisEndpoint endpoint, CelerySettings settings, TimeProvider time)
    {
        _endpoint = endpoint;
        _time = time;
        _settings = settings;
        _layout = RedisLayout.From(settings, endpoint.Database);
        _prefixIsKnown = settings.KeyPrefix is not null;
        _line = new RedisLine(endpoint);
        _pidbox = new RedisPidbox(_line, endpoint, () => _layout, settings, time);
        _bindings = new RedisBindings(() => _layout);
        _pops = new RedisPops(_line, () => _layout);
    }

    public string Broker => _endpoint.Display;

    public CelerySettings Settings => _layout.Prefix.Length > 0 ? _settings with { KeyPrefix = _layout.Prefix } : _settings;

    public int Interruptions => _line.Interruptions;

    public bool PopsOutlastCancel => true;

    public TimeSpan VisibilityTimeout => _layout.VisibilityTimeout;

    public void Learn(ForeignJson stats) => _layout = _layout.Learn(stats);

    public async Task<IReadOnlyList<GraphFinding>> FindRisksAsync(TimeSpan? longestTask, CancellationToken cancellationToken)
    {
        var connection = await _line.GetAsync(cancellationToken).ConfigureAwait(false);
        var findings = await EvictionRisk.FindAsync(connection, Broker, cancellationToken).ConfigureAwait(false);
        return longestTask is not { } longest || longest < _layout.VisibilityTimeout
            ? findings
            :
            [
                .. findings,
                new GraphFinding
                {
                    Severity = FindingSeverity.Warning,
                    Code = "VisibilityTimeoutTooShort",
                    Message =
                        $"A task has been running for {Duration.Format(longest)}, longer than the visibility_timeout of "
                        + $"{Duration.Format(_layout.VisibilityTimeout)}: with late acknowledgement it is given to another worker and "
                        + "runs twice.",
                    Target = Broker,
                    Advice = "Raise broker_transport_options['visibility_timeout'] above the longest task.",
                },
            ];
    }

    public async Task<IReadOnlyList<BroadcastResult>> BroadcastAsync(
        IReadOnlyList<PidboxRequest> requests,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var results = await BroadcastOnAnyChannelAsync(requests, deadline, cancellationToken).ConfigureAwait(false);
        if (results.Any(static r => r.Receivers > 0))
        {
            _prefixIsKnown = true;
        }
        else if (await FindPrefixAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            results = await BroadcastOnAnyChannelAsync(requests, deadline, cancellationToken).ConfigureAwait(false);
        }

        return results;
    }

    private async Task<IReadOnlyList<BroadcastResult>> BroadcastOnAnyChannelAsync(
        IReadOnlyList<PidboxRequest> requests,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        var results = await _pidbox.BroadcastAsync(requests, deadline, cancellationToken).ConfigureAwait(false);
        if (_endpoint.Sentinels.Count == 0 || _settings.FanoutPrefix is not null || results.Any(static r => r.Receivers > 0))
        {
            return results;
        }

        // Nobody listens here. Behind Sentinel, kombu 5.2 and others do not put the database's number into the names of their channels,
        // newer ones do.
        var heard = _layout.FanoutPrefix;
        _layout = _layout with { FanoutPrefix = heard is null ? RedisLayout.UnfilledFanoutPrefix : null };
        results = await _pidbox.BroadcastAsync(requests, deadline, cancellationToken).ConfigureAwait(false);
        _layout = results.Any(static r => r.Receivers > 0) ? _layout : _layout with { FanoutPrefix = heard };
        return results;
    }

    public Task<TimeSpan> EndPopsAsync(CancellationToken cancellationToken) => _pops.EndAsync(cancellationToken);

    public async Task<(long Ready, long Held)> CountAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var keys = Keys(queues);

        // Empty lists do not exist, so one EXISTS answers for all of them at a fifth of the cost of their lengths.
        var quick = await connection
            .PipelineAsync([.. Exists(keys), new("HLEN", _layout.Unacked)], cancellationToken)
            .ConfigureAwait(false);
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
        List<RedisCommand> commands = [.. Exists(Keys(queues)), new("HKEYS", _layout.Unacked)];
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
        return await _bindings.FindQueuesAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<QueueDepth>> GetDepthsAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var lengths = await LengthsAsync(connection, Keys(queues), cancellationToken).ConfigureAwait(false);
        var held = (await GetHeldAsync(cancellationToken).ConfigureAwait(false))
            .CountBy(static h => h.Queue)
            .ToDictionary(StringComparer.Ordinal);
        var steps = _layout.PrioritySteps.Count;
        return [.. queues.Select((q, i) => new QueueDepth(q, lengths.Skip(i * steps).Take(steps).Sum(), held.GetValueOrDefault(q)))];
    }

    public async Task<IReadOnlyList<CeleryMessage>> PeekAsync(string queue, int limit, CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);

        // The right end is the head.
        var replies = await connection
            .PipelineAsync([.. _layout.QueueKeys(queue).Select(k => new RedisCommand("LRANGE", k, -limit, -1))], cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. replies
                .SelectMany(static r => r.Items.Reverse())
                .Select(static i => CeleryMessage.Parse(i.Bytes.Span))
                .OfType<CeleryMessage>()
                .Take(limit),
        ];
    }

    public async Task<IReadOnlyList<HeldMessage>> GetHeldAsync(CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var tags = (await connection.CallAsync(new("HKEYS", _layout.Unacked), cancellationToken).ConfigureAwait(false)).Texts();
        return await ResolveHeldAsync(connection, tags, cancellationToken).ConfigureAwait(false);
    }

    public async Task<long> ClearAsync(string queue, CancellationToken cancellationToken)
    {
        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var keys = _layout.QueueKeys(queue).ToList();
        var replies = await connection
            .TransactionAsync([.. keys.Select(static k => new RedisCommand("LLEN", k)), RedisCommand.Of("DEL", keys)], cancellationToken)
            .ConfigureAwait(false);
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
                return (await connection.CallAsync(new("LREM", key, 1, element.Bytes), cancellationToken).ConfigureAwait(false)).Integer
                    > 0;
            }
        }

        return false;
    }

    public async Task<bool> RestoreAsync(HeldMessage message, CancellationToken cancellationToken)
    {
        if (message.Queue.Length == 0)
        {
            throw new CeleryException(
                OpsError.QueueNotFound,
                $"Task {message.Message.Id} came through exchange '{message.Message.Exchange}', and which queue that is can't be told.",
                message.Message.Id,
                "Send it again by hand, or bind the exchange to one queue."
            );
        }

        var connection = await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var target = _layout.QueueKey(message.Queue, _layout.StepOf(message.Message.Priority));
        var again =
            RedisMessages.Redelivered(message.Raw.Span)
            ?? throw new CeleryException(
                OpsError.ProtocolError,
                $"Task {message.Message.Id} can't be put back: its message is not one of kombu's.",
                message.Message.Id,
                "Send it again by hand."
            );
        var reply = await connection
            .CallAsync(
                new("EVAL", RestoreScript, 3, _layout.UnackedIndex, _layout.Unacked, target, message.Tag, message.Raw, again),
                cancellationToken
            )
            .ConfigureAwait(false);
        return reply.Integer == 1;
    }

    public async IAsyncEnumerable<string> WatchWorkersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var connection = await RedisConnection.ConnectAsync(_endpoint, null, cancellationToken).ConfigureAwait(false);
        await using var held = connection.ConfigureAwait(false);
        await foreach (var message in connection.SubscribeAsync([_layout.WorkerOnlineChannel], cancellationToken).ConfigureAwait(false))
        {
            yield return message.Channel;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pidbox.DisposeAsync().ConfigureAwait(false);
        await _line.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A connection, and names that are sure as far as they can be.</summary>
    private async Task<RedisConnection> ReadyAsync(CancellationToken cancellationToken)
    {
        var connection = await _line.GetAsync(cancellationToken).ConfigureAwait(false);
        if (!_prefixIsKnown && _searchedAt is null)
        {
            // Workers without a prefix have this key. A user who may not see it has another one.
            var workers = await connection
                .SendAsync(new("EXISTS", $"{_layout.BindingPrefix}{_layout.ControlExchange}.pidbox"), cancellationToken)
                .ConfigureAwait(false);
            if (workers.Integer > 0)
            {
                _prefixIsKnown = true;
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
        if (_prefixIsKnown || (_searchedAt is { } at && _time.GetElapsedTime(at) < SearchEvery))
        {
            return false;
        }

        _searchedAt = _time.GetTimestamp();
        var found = await RedisBindings.FindPrefixAsync(connection, Broker, cancellationToken).ConfigureAwait(false);
        _prefixIsKnown = found is not null;
        var isOther = found is not null && found != _layout.Prefix;
        _layout = isOther ? _layout with { Prefix = found! } : _layout;
        return isOther;
    }

    private List<string> Keys(IReadOnlyList<string> queues) => [.. queues.SelectMany(_layout.QueueKeys)];

    private static IEnumerable<RedisCommand> Exists(List<string> keys) => keys.Count == 0 ? [] : [RedisCommand.Of("EXISTS", keys)];

    private static async Task<List<long>> LengthsAsync(
        RedisConnection connection,
        List<string> keys,
        CancellationToken cancellationToken
    ) =>
        keys.Count == 0
            ? []
            :
            [
                .. (
                    await connection
                        .TransactionAsync([.. keys.Select(static k => new RedisCommand("LLEN", k))], cancellationToken)
                        .ConfigureAwait(false)
                ).Select(static r => r.Integer),
            ];

    /// <summary>Runs the commands and, where this user may, CLIENT LIST at the same moment.</summary>
    private async Task<(IReadOnlyList<RedisReply> Replies, IReadOnlyList<ConsumerConnection>? Consumers)> TransactWithClientsAsync(
        RedisConnection connection,
        List<RedisCommand> commands,
        CancellationToken cancellationToken
    )
    {
        if (!_clientListRefused)
        {
            try
            {
                var replies = await connection
                    .TransactionAsync([.. commands, new("CLIENT", "LIST", "TYPE", "NORMAL")], cancellationToken)
                    .ConfigureAwait(false);
                if (replies[^1].Text is { } text)
                {
                    return ([.. replies.Take(commands.Count)], Consumers(text));
                }
            }
            catch (RedisException e) when (e.Error == OpsError.AccessDenied) { }

            _clientListRefused = true;
        }

        return (await connection.TransactionAsync(commands, cancellationToken).ConfigureAwait(false), null);
    }

    private List<ConsumerConnection> Consumers(string clientList) =>
        _others.LeaveOut([
            .. RedisClientInfo
                .ParseList(clientList)
                .Where(c => c.Database == _layout.Database && c.Command == "brpop" && c.Name != RedisLine.ClientName)
                .Select(static c => new ConsumerConnection(c.Address, c.IsBlocked, c.Idle)),
        ]);

    /// <summary>A held message never changes, so each is read once only; what is gone meanwhile is left out.</summary>
    private async Task<IReadOnlyList<HeldMessage>> ResolveHeldAsync(
        RedisConnection connection,
        IReadOnlyList<string> tags,
        CancellationToken cancellationToken
    )
    {
        var unknown = tags.Where(t => !_knownHeld.ContainsKey(t)).ToList();
        if (unknown.Count > 0)
        {
            var raws = await connection
                .CallAsync(RedisCommand.Of("HMGET", [_layout.Unacked, .. unknown]), cancellationToken)
                .ConfigureAwait(false);
            var parsed = unknown
                .Zip(raws.Items)
                .Where(static p => !p.Second.IsNull)
                .Select(static p => RedisMessages.ParseHeld(p.First, p.Second.Bytes))
                .ToList();
            await _bindings.LoadAsync(connection, parsed.Select(static h => h.Message.Exchange), cancellationToken).ConfigureAwait(false);
            foreach (var held in parsed)
            {
                _knownHeld[held.Tag] = held with { Queue = _bindings.QueueOf(held.Message) };
            }
        }

        var present = tags.ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _knownHeld.Keys.Where(t => !present.Contains(t)).ToList())
        {
            _knownHeld.Remove(gone);
        }

        return [.. tags.Select(t => _knownHeld.GetValueOrDefault(t)).OfType<HeldMessage>()];
    }
}
