using System.Text;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>Pages behind a form, as Django's: a site of our own that checks cookie, token, user and password.</summary>
public sealed class LoginTests
{
    private const string Page =
        "<html><form action='/search'><input name=q></form>"
        + "<form method=\"post\" action=\"\"><input type='hidden' name=\"csrfmiddlewaretoken\" value=\"T&amp;1\">"
        + "<input type=\"text\" name=\"username\" autofocus><input type=\"password\" name=\"password\"><input type=submit></form></html>";

    [Fact]
    public async Task The_form_is_sent_back_with_its_token_and_the_page_is_seen()
    {
        await using var site = Site(Page);
        Assert.Equal((ProbeStatus.Healthy, "200"), await Verdict(site, "right"));
    }

    [Fact]
    public async Task A_wrong_password_is_told_as_that_and_never_shown()
    {
        await using var site = Site(Page);
        var result = await Check.RunAsync(Definition(site, "wr0ng-secret"));
        Assert.Equal((ProbeStatus.Unhealthy, "AuthenticationFailed"), (result.Status, result.Reason));
        Assert.DoesNotContain("wr0ng-secret", $"{result} {result.Detail} {result.Target}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_without_a_form_and_one_that_leads_elsewhere_are_told()
    {
        await using var without = Site("<p>Hello</p>");
        Assert.Equal("NoLoginForm", (await Verdict(without, "right")).Reason);
        await using var elsewhere = Site(Page.Replace("action=\"\"", "action=\"http://192.0.2.1/\"", StringComparison.Ordinal));
        Assert.Equal("OtherServer", (await Verdict(elsewhere, "right")).Reason);
    }

    private static async Task<(ProbeStatus Status, string Reason)> Verdict(FakeServer site, string password)
    {
        var result = await Check.RunAsync(Definition(site, password));
        return (result.Status, result.Reason);
    }

    private static ProbeDefinition Definition(FakeServer site, string password) =>
        Check.Define(
            "http",
            $"http://{site.Address}/admin/",
            ("login", "/accounts/login/"),
            ("user", "ops"),
            ("password", password),
            ("contains", "Welcome")
        ) with
        {
            Timeout = TimeSpan.FromSeconds(60),
        };

    private static FakeServer Site(string form) =>
        new(
            async (stream, cancellationToken) =>
            {
                var request = await ReadAsync(stream, cancellationToken);
                var answer =
                    request.StartsWith("GET /accounts/login/", StringComparison.Ordinal)
                        ? Answer("200 OK", "Set-Cookie: csrftoken=C1; Path=/\r\nSet-Cookie: other=2\r\n", form)
                    : request.StartsWith("POST /accounts/login/", StringComparison.Ordinal)
                        ? request.Contains("csrftoken=C1", StringComparison.Ordinal)
                            && request.Contains("csrfmiddlewaretoken=T%261&username=ops&password=right", StringComparison.Ordinal)
                                ? Answer("302 Found", "Location: /\r\nSet-Cookie: sessionid=S1; HttpOnly\r\n", "")
                            : Answer("200 OK", "", form)
                    : request.Contains("sessionid=S1", StringComparison.Ordinal) ? Answer("200 OK", "", "Welcome")
                    : Answer("302 Found", "Location: /accounts/login/\r\n", "");
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
            }
        );

    private static string Answer(string status, string headers, string body) =>
        $"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var (buffer, length) = (new byte[16384], 0);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += read;
            var text = Encoding.ASCII.GetString(buffer, 0, length);
            var body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var wanted = text.Split("Content-Length: ") is [_, var rest] ? int.Parse(rest.Split('\r')[0], null) : 0;
            if (read == 0 || (body >= 0 && length >= body + 4 + wanted))
            {
                return text;
            }
        }
    }
}
