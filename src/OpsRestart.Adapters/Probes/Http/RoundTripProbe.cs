namespace OpsRestart.Adapters.Probes.Http;

/// <summary>
/// Sends a text that was never sent before, and waits until it comes out at the other end: the whole way through an application, as its
/// users go it. What is measured is the time between the two.
/// </summary>
internal sealed class RoundTripProbe : ProbeBase
{
    private const string Token = "{token}";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly Limits Usual = new(Max: 6, WarnMax: 3);

    private readonly HttpProbeOptions _common;
    private readonly string _send;
    private readonly string _content;
    private readonly string? _prepare;
    private readonly string? _prepareContent;

    /// <summary>
    /// Names for what the answer to <c>prepare</c> says, by its place there; each stands for itself in braces afterwards.
    /// </summary>
    private readonly IReadOnlyDictionary<string, string> _capture;

    /// <summary>Of the seconds between sending and seeing.</summary>
    private readonly ProbeLimits _limits;

    public RoundTripProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _common = HttpProbeOptions.Read(settings);
        _content = _common.Content ?? Token;
        _send = settings.Text("send") ?? "";
        _prepare = settings.Text("prepare");
        _prepareContent = settings.Text("prepareContent");
        _capture = settings.Map("capture");
        var limits = ProbeLimits.Read(settings, LimitScale.Time);
        _limits = limits.IsEmpty ? limits with { Bounds = Usual } : limits;
        if (settings.Has("method"))
        {
            settings.Fail("method", "can't be chosen: what sends is a POST, what looks is a GET");
        }

        if (UriOf(_send) is null)
        {
            settings.Fail(
                "send",
                "is no http or https URL",
                "Write where to send to: http://host/path.",
                _send.Length == 0 ? "MissingValue" : "BadValue"
            );
        }

        if (!_send.Contains(Token, StringComparison.Ordinal) && !_content.Contains(Token, StringComparison.Ordinal))
        {
            settings.Fail(
                "content",
                $"does not hold {Token}, the text that has to come back",
                $"Write {Token} where the message's text goes."
            );
        }

        if (_prepare is not null && UriOf(_prepare) is null)
        {
            settings.Fail("prepare", "is no http or https URL", "Write http://host/path.");
        }

        if (_capture.Count > 0 && _prepare is null)
        {
            settings.Fail("capture", "needs a request whose answer it looks at", "Add prepare: URL.");
        }
    }

    protected override string Peer => $"{_common.Uri.Scheme}://{_common.UnixSocket ?? _common.Uri.Authority}";

    protected override bool IsUnixSocket => _common.UnixSocket is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var (common, refused) = await HttpLogin.EnterAsync(_common, cancellationToken).ConfigureAwait(false);
        if (refused is not null)
        {
            return refused;
        }

        var words = new Dictionary<string, string> { [Token] = Guid.NewGuid().ToString("N") };
        if (_prepare is not null)
        {
            var prepared = await SendAsync(common, _prepare, _prepareContent, words, readBody: true, cancellationToken)
                .ConfigureAwait(false);
            if ((HttpFault(prepared) ?? Capture(prepared.Answer, words)) is { } fault)
            {
                return fault;
            }
        }

        var start = Time.GetTimestamp();
        var sent = await SendAsync(common, _send, _content, words, _common.NeedsBody, cancellationToken).ConfigureAwait(false);
        return HttpFault(sent) ?? await SeeAsync(common, words, start, cancellationToken).ConfigureAwait(false);
    }

    protected override ProbeVerdict? Explain(Exception error) => HttpVerdict.Explain(error, Peer);

    private async Task<ProbeVerdict> SeeAsync(
        HttpProbeOptions common,
        Dictionary<string, string> words,
        long start,
        CancellationToken cancellationToken
    )
    {
        try
        {
            while (true)
            {
                var seen = await SendAsync(common, _common.Uri.OriginalString, null, words, readBody: true, cancellationToken)
                    .ConfigureAwait(false);
                if (HttpFault(seen) is { } fault)
                {
                    return fault;
                }

                if (seen.Answer.Body.Contains(words[Token], StringComparison.Ordinal))
                {
                    var took = Time.GetElapsedTime(start).TotalSeconds;
                    var verdict = _limits.Judge(
                        took,
                        "delivery",
                        $"What was sent to {PathOf(_send)} was seen at {_common.Uri.AbsolutePath} after",
                        "See which part of the way is slow: the application, its queue, its workers.",
                        static s => string.Create(CultureInfo.InvariantCulture, $"{s:0.###} s")
                    );
                    return verdict.Status == ProbeStatus.Healthy ? verdict : verdict with { Reason = ProbeReason.Slow };
                }

                await Task.Delay(Pause, Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Whose it was the base knows: what the caller cancelled it throws.
            return ProbeVerdict.Unhealthy(
                "NotReceived",
                $"What was sent to {PathOf(_send)} was not seen at {_common.Uri.AbsolutePath} "
                    + $"within {Duration.Format(TryTimeout)}. See what "
                    + "carries it: the application, its queue, its workers."
            );
        }
    }

    private ProbeVerdict? Capture(HttpAnswer answer, Dictionary<string, string> words)
    {
        foreach (var (name, path) in _capture)
        {
            if (ForeignJson.ParseOrNothing(answer.Body) is not { Exists: true } root || JsonPath.Find(root.Element, path) is not { } value)
            {
                return ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"{PathOf(_prepare!)} answered, but without '{path}' in its body.");
            }

            words[$"{{{name}}}"] = value;
        }

        return null;
    }

    private async Task<(HttpAnswer Answer, HttpProbeOptions Options)> SendAsync(
        HttpProbeOptions common,
        string url,
        string? content,
        IReadOnlyDictionary<string, string> words,
        bool readBody,
        CancellationToken cancellationToken
    )
    {
        // In an address what was captured is a value, never a part of its structure.
        var options = common with
        {
            Uri = new Uri(Fill(url, words, Uri.EscapeDataString)),
            Method = content is null ? HttpMethod.Get : HttpMethod.Post,
            Content = content is null ? null : Fill(content, words, Escape),
        };
        return (await new HttpExchange(options).SendAsync(readBody, cancellationToken).ConfigureAwait(false), options);
    }

    private string Escape(string value) =>
        _common.ContentType.Contains("json", StringComparison.OrdinalIgnoreCase) ? System.Text.Json.JsonEncodedText.Encode(value).ToString()
        : _common.ContentType.Contains("urlencoded", StringComparison.OrdinalIgnoreCase) ? Uri.EscapeDataString(value)
        : value;

    private static ProbeVerdict? HttpFault((HttpAnswer Answer, HttpProbeOptions Options) sent) =>
        HttpVerdict.Of(sent.Answer, sent.Options) is { Status: not ProbeStatus.Healthy } fault ? fault : null;

    private static string Fill(string text, IReadOnlyDictionary<string, string> words, Func<string, string> escape) =>
        words.Aggregate(text, (filled, word) => filled.Replace(word.Key, escape(word.Value), StringComparison.Ordinal));

    // Braces are no part of an address as it is written.
    private static Uri? UriOf(string text) =>
        Uri.TryCreate(text.Replace('{', '_').Replace('}', '_'), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : null;

    private static string PathOf(string url) => UriOf(url)?.AbsolutePath ?? url;
}
