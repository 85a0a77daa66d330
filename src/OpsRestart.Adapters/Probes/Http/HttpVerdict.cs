using System.Globalization;
using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Http;

/// <summary>Judges an answer: status first, then headers, then the body.</summary>
internal static class HttpVerdict
{
    public static ProbeVerdict Of(HttpAnswer answer, HttpProbeOptions options)
    {
        var status = answer.Status.ToString(CultureInfo.InvariantCulture);
        if (!options.Status.Contains(answer.Status))
        {
            return ProbeVerdict.Unhealthy(status, WrongStatus(answer, options));
        }

        return (WrongHeader(answer, options) ?? WrongBody(answer, options)) is { } fault
            ? ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"{options.Uri.AbsolutePath} answered {status}, but {fault}")
            : ProbeVerdict.Healthy(status, $"{options.Uri.AbsolutePath} answered {status} {answer.Phrase}".TrimEnd() + ".");
    }

    private static string WrongStatus(HttpAnswer answer, HttpProbeOptions options)
    {
        var text = $"{options.Uri.AbsolutePath} answered {answer.Status} {answer.Phrase}".TrimEnd() + $", not {options.Status}.";
        if (answer.Body.Length > 0)
        {
            text += $" It says: {ProbeText.OneLine(answer.Body, 160)}";
        }

        return text + answer.Status switch
        {
            400 when options.Host is null => $" If the application checks names (Django's ALLOWED_HOSTS), set host: to the site's name.",
            401 or 403 => " Set user and password, or bearer, or probe a page that needs no sign-in.",
            404 => " Check the path, and set host: when several sites share the server.",
            502 or 503 or 504 => " The proxy is up, what stands behind it is not ready: probe that directly too.",
            >= 300 and < 400 when answer.Headers.TryGetValue("Location", out var location) => $" It redirects to {location}; probe that, or set followRedirects: true.",
            _ => "",
        };
    }

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
                return $"its header {name} is '{ProbeText.OneLine(value, 80)}', which does not hold '{expected}'.";
            }
        }

        return null;
    }

    private static string? WrongBody(HttpAnswer answer, HttpProbeOptions options)
    {
        if (options.Contains is { } text && !answer.Body.Contains(text, StringComparison.Ordinal))
        {
            return $"its body does not hold '{text}'. It begins: {ProbeText.OneLine(answer.Body, 120)}";
        }

        try
        {
            if (options.Matches is { } pattern && !pattern.IsMatch(answer.Body))
            {
                return $"its body does not match /{pattern}/. It begins: {ProbeText.OneLine(answer.Body, 120)}";
            }
        }
        catch (RegexMatchTimeoutException)
        {
            return $"matching its body with /{options.Matches}/ takes more than a second. Make the expression simpler.";
        }

        return JsonMatch.Fault(answer.Body, options.Json);
    }
}
