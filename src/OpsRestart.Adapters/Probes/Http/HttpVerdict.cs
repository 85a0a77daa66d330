using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Http;

/// <summary>Judges an answer: status first, then headers, then the body.</summary>
internal static class HttpVerdict
{
    private const string NotHttpHint =
        "The port may speak another protocol: uWSGI's 'socket =' speaks uwsgi, not HTTP; probe the proxy in front of it, or give it "
        + "an http-socket. An https port needs an https URL.";

    public static ProbeVerdict Of(HttpAnswer answer, HttpProbeOptions options)
    {
        var status = answer.Status.ToString(CultureInfo.InvariantCulture);
        if (!options.Status.Contains(answer.Status))
        {
            return ProbeVerdict.Unhealthy(status, WrongStatus(answer, options));
        }

        if (answer.IsLate)
        {
            return ProbeVerdict.Unhealthy(
                ProbeReason.Timeout,
                $"{options.Uri.AbsolutePath} answered {status}, but its body still came when the time was over. Check what sends it, "
                    + "or give the probe a longer timeout."
            );
        }

        if (options.FollowRedirects && answer.Status is >= 300 and < 400 && Location(answer) is { } location)
        {
            return ProbeVerdict.Unhealthy(
                status,
                $"{options.Uri.AbsolutePath} redirects to {location}, where it was not followed: there were too many redirects, or "
                    + "that is no http address."
            );
        }

        return (WrongHeader(answer, options) ?? WrongBody(answer, options)) is { } fault
            ? ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"{options.Uri.AbsolutePath} answered {status}, but {fault}")
            : ProbeVerdict.Healthy(status, $"{options.Uri.AbsolutePath} answered {status} {answer.Phrase}".TrimEnd() + ".");
    }

    /// <summary>What it means that there is no answer that can be read; null: not HTTP's matter.</summary>
    public static ProbeVerdict? Explain(Exception error, string peer) =>
        error switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => ProbeVerdict.Unhealthy(
                "NotHttp",
                $"{peer} answered, but not with HTTP. {NotHttpHint}"
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => ProbeVerdict.Unhealthy(
                ProbeReason.Closed,
                $"{peer} closed the connection without an answer. {NotHttpHint}"
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => ProbeVerdict.Unhealthy(
                "HeadersTooLong",
                $"{peer} answered with more than 64 KiB of headers. Check that it is the right service."
            ),
            InvalidDataException or HttpIOException or InvalidOperationException or ArgumentException or FormatException =>
                ProbeVerdict.Unhealthy(
                    "Unreadable",
                    $"{peer} answered, but the answer can't be read. Check its Content-Encoding, Content-Length and Location."
                ),
            _ => null,
        };

    private static string Cut(HttpAnswer answer) =>
        answer.IsCut ? $" in its first {answer.Body.Length} characters, the rest was not read" : "";

    private static string WrongStatus(HttpAnswer answer, HttpProbeOptions options)
    {
        var text = $"{options.Uri.AbsolutePath} answered {answer.Status} {answer.Phrase}".TrimEnd() + $", not {options.Status}.";
        if (answer.Body.Length > 0)
        {
            text += $" It says: {ForeignText.OneLine(answer.Body, 160)}";
        }

        return text
            + answer.Status switch
            {
                400 when options.HostHeader is null =>
                    $" If the application checks names (Django's ALLOWED_HOSTS), set host: to the site's name.",
                401 or 403 => " Set user and password, or bearer, or probe a page that needs no login.",
                404 => " Check the path, and set host: when several sites share the server.",
                502 or 503 or 504 => " The proxy is up, what stands behind it is not ready: probe that directly too.",
                >= 300 and < 400 when Location(answer) is { } location =>
                    $" It redirects to {location}; probe that, or set followRedirects: true.",
                _ => "",
            };
    }

    private static string? Location(HttpAnswer answer) =>
        answer.Headers.TryGetValue("Location", out var location) ? ForeignText.OneLine(location, 160) : null;

    private static string? WrongHeader(HttpAnswer answer, HttpProbeOptions options)
    {
        foreach (var (name, expected) in options.ExpectHeaders)
        {
            if (!answer.Headers.TryGetValue(name, out var value))
            {
                return $"without the header {name}.";
            }

            if (!value.Contains(expected, StringComparison.OrdinalIgnoreCase))
            {
                return $"its header {name} is '{ForeignText.OneLine(value, 80)}', which does not hold '{expected}'.";
            }
        }

        return null;
    }

    private static string? WrongBody(HttpAnswer answer, HttpProbeOptions options)
    {
        if (options.Contains is { } text && !answer.Body.Contains(text, StringComparison.Ordinal))
        {
            return $"its body does not hold '{text}'{Cut(answer)}. It begins: {ForeignText.OneLine(answer.Body, 120)}";
        }

        try
        {
            if (options.Pattern is { } pattern && !pattern.IsMatch(answer.Body))
            {
                return $"its body does not match /{pattern}/{Cut(answer)}. It begins: {ForeignText.OneLine(answer.Body, 120)}";
            }
        }
        catch (RegexMatchTimeoutException)
        {
            return $"matching its body with /{options.Pattern}/ takes more than a second. Make the expression simpler.";
        }

        return JsonMatch.Fault(answer.Body, options.Json);
    }
}
