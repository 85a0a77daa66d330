using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Celery.OverRedis;

/// <summary>
/// Celery's control protocol over Redis: a PUBLISH out, replies in a list of our own. PUBLISH returns how many workers got it, so the wait
/// ends with the last reply instead of a time-out. Replies wait on a connection of their own with BLPOP: workers use BRPOP, so the two
/// can't be confused.
/// </summary>
internal sealed class RedisPidbox : IAsyncDisposable
{
    // Longer than a healthy loop ever takes, so that a refused content type is told from a slow worker.
    private static readonly TimeSpan RefusalDeadline = TimeSpan.FromMilliseconds(300);
    private static readonly (string, PidboxReply) Unreadable = ("", new PidboxReply("", ForeignJson.Parse("{}"u8)));
    private readonly string _replyName = $"opsrestart-{Guid.NewGuid()}.reply.celery.pidbox";
    private readonly RedisLine _sender;
    private readonly RedisLine _replies;
    private readonly Func<RedisLayout> _layout;
    private readonly CelerySettings _settings;
    private readonly TimeProvider _time;
    private string? _contentType;
    private bool _late;
    private bool _wholeSeconds;

    /// <param name="sender">Shared with the transport, which owns it.</param>
    /// <param name="endpoint">Where replies are waited for.</param>
    /// <param name="layout">The names in use now.</param>
    /// <param name="settings">The content type, if it was given.</param>
    /// <param name="time">The clock.</param>
    public RedisPidbox(RedisLine sender, RedisEndpoint endpoint, Func<RedisLayout> layout, CelerySettings settings, TimeProvider time)
    {
        _sender = sender;
        _layout = layout;
        _settings = settings;
        _time = time;
        _replies = new RedisLine(endpoint);
        _contentType = settings.ContentType;
    }

    private string ReplyKey => _layout().Prefix + _replyName;

    public async Task<IReadOnlyList<BroadcastResult>> BroadcastAsync(
        IReadOnlyList<PidboxRequest> requests,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        if (_contentType is { } known)
        {
            return await SendAsync(requests, known, deadline, cancellationToken).ConfigureAwait(false);
        }

        var guess = await PeekContentTypeAsync(cancellationToken).ConfigureAwait(false) ?? PidboxEnvelope.Json;
        var results = await SendAsync(requests, guess, deadline, cancellationToken).ConfigureAwait(false);
        if (results.Any(static r => r.Replies.Count > 0))
        {
            _contentType = guess;
        }
        else if (
            results.Any(static r => r.Expected > 0) && await OtherTypeAsync(guess, cancellationToken).ConfigureAwait(false) is { } other
        )
        {
            _contentType = other;
            return await SendAsync(requests, other, deadline, cancellationToken).ConfigureAwait(false);
        }

        return results;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
            var connection = await _sender.GetAsync(limit.Token).ConfigureAwait(false);
            List<RedisCommand> commands = [new("DEL", ReplyKey)];
            if (_late)
            {
                // A late reply would make a new list that lives for ever; put into this one, it expires with it.
                commands.AddRange([new("LPUSH", ReplyKey, "x"), new("EXPIRE", ReplyKey, 300)]);
            }

            await connection.PipelineAsync(commands, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OpsRestartException or OperationCanceledException)
        {
            // The broker is away, and the list with it.
        }

        await _replies.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<BroadcastResult>> SendAsync(
        IReadOnlyList<PidboxRequest> requests,
        string type,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        var waiter = await _replies.GetAsync(cancellationToken).ConfigureAwait(false);
        var connection = await _sender.GetAsync(cancellationToken).ConfigureAwait(false);
        var pending = requests.Select(static r => new PidboxCall(r)).ToList();
        var published = await connection.PipelineAsync([.. pending.Select(p => Publish(p, type))], cancellationToken).ConfigureAwait(false);
        foreach (var (one, reply) in pending.Zip(published))
        {
            one.Receivers = reply.Error is { } error
                ? throw RedisException.From(error, "PUBLISH", connection.Endpoint)
                : (int)reply.Integer;

            // Everybody gets a message with a destination; only those named answer.
            one.Expected = one.Request.Destination is { } nodes ? Math.Min(nodes.Count, one.Receivers) : one.Receivers;
        }

        await PidboxCall
            .CollectAsync(pending, static p => !p.IsComplete, deadline, _time, left => PopAsync(waiter, left, cancellationToken))
            .ConfigureAwait(false);
        _late |= pending.Any(static p => !p.IsComplete);
        return [.. pending.Select(static p => new BroadcastResult(p.Request, p.Receivers, p.Expected, p.Replies))];
    }

    private RedisCommand Publish(PidboxCall one, string type)
    {
        var names = _layout();
        var body = PidboxEnvelope.Body(one.Request, one.Ticket, _replyName);
        return new("PUBLISH", names.ControlChannel, PidboxEnvelope.ForRedis(body, type, names.ControlExchange, Guid.NewGuid()));
    }

    private async Task<(string Ticket, PidboxReply Reply)?> PopAsync(
        RedisConnection waiter,
        TimeSpan left,
        CancellationToken cancellationToken
    )
    {
        var seconds = _wholeSeconds ? Math.Ceiling(left.TotalSeconds) : Math.Max(0.001, left.TotalSeconds);
        var reply = await waiter
            .SendAsync(
                new("BLPOP", ReplyKey, seconds.ToString("0.###", CultureInfo.InvariantCulture)),
                left + RedisConnection.DefaultPatience,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (reply.Error is { } error)
        {
            // Redis before 6.0 takes whole seconds only.
            if (_wholeSeconds || !error.Message.Contains("integer", StringComparison.Ordinal))
            {
                throw RedisException.From(error, "BLPOP", waiter.Endpoint);
            }

            _wholeSeconds = true;
            return await PopAsync(waiter, left, cancellationToken).ConfigureAwait(false);
        }

        return reply.Items.Count == 2 ? PidboxReply.FromRedis(reply.Items[1].Bytes.Span) ?? Unreadable : null;
    }

    // Task messages show what their workers accept. Only JSON counts: a worker that takes pickle takes JSON for control too, or nothing of
    // ours.
    private async Task<string?> PeekContentTypeAsync(CancellationToken cancellationToken)
    {
        var names = _layout();
        var connection = await _sender.GetAsync(cancellationToken).ConfigureAwait(false);
        List<RedisCommand> commands =
        [
            .. _settings
                .QueueHints.Append("celery")
                .Append("default")
                .Distinct()
                .Select(q => new RedisCommand("LINDEX", names.Prefix + q, 0)),
        ];
        commands.Add(new("HSCAN", names.Unacked, 0, "COUNT", 1));
        var found = await connection.PipelineAsync(commands, cancellationToken).ConfigureAwait(false);
        var waiting = found
            .Take(found.Count - 1)
            .Where(static r => r.Kind == RedisReplyKind.Bulk)
            .Select(static r => CeleryMessage.Parse(r.Bytes.Span));
        var held = found[^1].Items.ElementAtOrDefault(1)?.Items.ElementAtOrDefault(1) is { } raw
            ? RedisMessages.ParseHeld("", raw.Bytes).Message
            : null;
        return waiting
            .Append(held)
            .Select(static m => m?.ContentType)
            .FirstOrDefault(static t => t is not null && t.Contains("json", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<string?> OtherTypeAsync(string guess, CancellationToken cancellationToken)
    {
        var other = guess == PidboxEnvelope.Json ? PidboxEnvelope.NautobotJson : PidboxEnvelope.Json;
        var results = await SendAsync([PidboxRequest.Ping], other, RefusalDeadline, cancellationToken).ConfigureAwait(false);
        return results[0].Replies.Count > 0 ? other : null;
    }
}
