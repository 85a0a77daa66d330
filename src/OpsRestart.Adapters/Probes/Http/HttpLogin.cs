using System.Net;
using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Http;

/// <summary>
/// Logs in as a browser does: fetches the page with the form, sends it back with user, password and its hidden fields (Django's
/// csrfmiddlewaretoken), and keeps the cookies. Both requests go to the server of the target and to no other, whatever its pages say.
/// </summary>
internal static partial class HttpLogin
{
    /// <summary>The options with the session's cookies; or what went wrong.</summary>
    public static async Task<(HttpProbeOptions Options, ProbeVerdict? Fault)> EnterAsync(
        HttpProbeOptions options,
        CancellationToken cancellationToken
    )
    {
        if (options.Login is not { } login)
        {
            return (options, null);
        }

        var page = await GetPageAsync(options, login.Page, cancellationToken).ConfigureAwait(false);
        if (page.Status is < 200 or >= 300)
        {
            var status = page.Status.ToString(CultureInfo.InvariantCulture);
            return (
                options,
                ProbeVerdict.Unhealthy(status, $"The login page {login.Page.AbsolutePath} answered {status}. Check its path.")
            );
        }

        if (Form.Find(page.Body) is not { } form)
        {
            return (
                options,
                ProbeVerdict.Unhealthy(
                    "NoLoginForm",
                    $"{login.Page.AbsolutePath} has no form with a user and a password. Check that it is the login page."
                )
            );
        }

        if (Target(login.Page, form.Action) is not { } action)
        {
            var elsewhere = $"The form at {login.Page.AbsolutePath} would be sent to another server. The password is not given to it.";
            return (options, ProbeVerdict.Unhealthy("OtherServer", elsewhere));
        }

        var cookies = Merge(options.Cookies, page.Cookies);
        var answer = await PostAsync(options, action, form.Fill(login), login.Page, cookies, cancellationToken).ConfigureAwait(false);
        var session = options with { Cookies = Merge(cookies, answer.Cookies), Login = null };
        return (session, Judge(answer, login));
    }

    /// <summary>What refuses shows its form again (200); what lets in leads elsewhere, or shows a page without one.</summary>
    private static ProbeVerdict? Judge(HttpAnswer answer, HttpLoginOptions login) =>
        answer.Status switch
        {
            >= 300 and < 400 => null,
            >= 200 and < 300 when Form.Find(answer.Body) is null => null,
            >= 200 and < 300 or 401 => ProbeVerdict.Unhealthy(
                ProbeReason.AuthenticationFailed,
                $"{login.Page.AbsolutePath} refused user '{login.User}'. Check user and password, and that the account is active."
            ),
            var status => ProbeVerdict.Unhealthy(
                status.ToString(CultureInfo.InvariantCulture),
                $"{login.Page.AbsolutePath} answered the login with {status}"
                    + (status == 403 ? " (of Django: the CSRF check; set hostHeader to the site's name, or headers)." : ".")
            ),
        };

    private static Task<HttpAnswer> GetPageAsync(HttpProbeOptions options, Uri page, CancellationToken cancellationToken) =>
        new HttpExchange(
            options with
            {
                Uri = page,
                Method = HttpMethod.Get,
                Content = null,
                FollowRedirects = false,
                Status = HttpStatusSet.Any,
            }
        ).SendAsync(readBody: true, cancellationToken);

    private static Task<HttpAnswer> PostAsync(
        HttpProbeOptions options,
        Uri action,
        string content,
        Uri page,
        IReadOnlyDictionary<string, string> cookies,
        CancellationToken cancellationToken
    ) =>
        new HttpExchange(
            options with
            {
                Uri = action,
                Method = HttpMethod.Post,
                Content = content,
                ContentType = "application/x-www-form-urlencoded",
                FollowRedirects = false,
                Status = HttpStatusSet.Any,
                Cookies = cookies,
                Headers = WithReferer(options, page),
            }
        ).SendAsync(readBody: true, cancellationToken);

    // Django's CSRF check wants it over https.
    private static Dictionary<string, string> WithReferer(HttpProbeOptions options, Uri page)
    {
        var headers = new Dictionary<string, string>(options.Headers, StringComparer.OrdinalIgnoreCase);
        var shown = options.HostHeader is { } host ? $"{page.Scheme}://{host}{page.PathAndQuery}" : page.AbsoluteUri;
        headers.TryAdd("Referer", shown);
        return headers;
    }

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> old, IReadOnlyList<string> set)
    {
        var cookies = new Dictionary<string, string>(old, StringComparer.Ordinal);
        foreach (var text in set)
        {
            var pair = text.Split(';', 2)[0].Split('=', 2);
            if (pair.Length == 2 && pair[0].Trim() is { Length: > 0 } name)
            {
                cookies[name] = pair[1].Trim();
            }
        }

        return cookies;
    }

    private static Uri? Target(Uri page, string action) =>
        !Uri.TryCreate(page, action, out var target) ? null
        : target.Scheme == page.Scheme && target.Authority == page.Authority ? target
        : null;

    /// <summary>The form of a page that has a password in it.</summary>
    private sealed partial record Form(string Action, string UserField, string PasswordField, IReadOnlyList<(string, string)> Others)
    {
        private static readonly string[] Texts = ["text", "email", ""];

        public static Form? Find(string body)
        {
            foreach (var form in Forms().Matches(body).Cast<Match>())
            {
                var fields = Inputs().Matches(form.Groups["inner"].Value).Select(static m => Attributes(m.Groups["inner"].Value)).ToList();
                var password = fields.FirstOrDefault(static f => Type(f) == "password");
                var user = fields.FirstOrDefault(static f => Texts.Contains(Type(f)) && Name(f).Length > 0);
                if (password is not null && user is not null && Name(password).Length > 0)
                {
                    var hidden = fields
                        .Where(static f => Type(f) == "hidden" && Name(f).Length > 0)
                        .Select(static f => (Name(f), f.GetValueOrDefault("value", "")));
                    var action = Attributes(form.Groups["head"].Value).GetValueOrDefault("action", "");
                    return new Form(action, Name(user), Name(password), [.. hidden]);
                }
            }

            return null;
        }

        public string Fill(HttpLoginOptions login) =>
            string.Join(
                '&',
                Others
                    .Append((UserField, login.User))
                    .Append((PasswordField, login.Password))
                    .Select(static f => $"{Uri.EscapeDataString(f.Item1)}={Uri.EscapeDataString(f.Item2)}")
            );

        private static string Type(Dictionary<string, string> field) => field.GetValueOrDefault("type", "").ToLowerInvariant();

        private static string Name(Dictionary<string, string> field) => field.GetValueOrDefault("name", "");

        private static Dictionary<string, string> Attributes(string text)
        {
            var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var match in Attribute().Matches(text).Cast<Match>())
            {
                found.TryAdd(match.Groups["name"].Value, WebUtility.HtmlDecode(match.Groups["value"].Value));
            }

            return found;
        }

        [GeneratedRegex(
            @"<form\b(?<head>[^>]*)>(?<inner>.*?)</form>",
            RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant,
            1000
        )]
        private static partial Regex Forms();

        [GeneratedRegex(
            @"<input\b(?<inner>(?:[^>""']|""[^""]*""|'[^']*')*)>",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
            1000
        )]
        private static partial Regex Inputs();

        [GeneratedRegex(
            @"(?<name>[\w-]+)(?:\s*=\s*(?:""(?<value>[^""]*)""|'(?<value>[^']*)'|(?<value>[^\s""'>]+)))?",
            RegexOptions.CultureInvariant,
            1000
        )]
        private static partial Regex Attribute();
    }
}

/// <summary>How to get in.</summary>
/// <param name="Page">The page with the form; on the target's own server.</param>
/// <param name="User">As it is typed.</param>
/// <param name="Password">As it is typed.</param>
internal sealed record HttpLoginOptions(Uri Page, string User, string Password)
{
    /// <summary>Never the password.</summary>
    public override string ToString() => $"{User} at {Page.AbsolutePath}";
}
