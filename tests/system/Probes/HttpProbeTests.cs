using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Probes;

/// <summary>nginx in front of gunicorn, as most stacks have it, and uWSGI's own protocol.</summary>
public sealed class HttpProbeTests : IAsyncLifetime
{
    private const string Application = """
        def application(environ, start_response):
            known = environ.get("HTTP_HOST", "").split(":")[0] in ("chat.example.org", "unix")
            body = b'{"status": "ok", "checks": {"db": true}}' if known else b"Invalid HTTP_HOST header"
            start_response("200 OK" if known else "400 Bad Request", [("Content-Type", "application/json")])
            return [body]
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-web-").FullName;
    private readonly int _port = RedisServer.FreePort();
    private readonly int _uwsgi = RedisServer.FreePort();
    private Units? _units;

    public async ValueTask InitializeAsync()
    {
        TestHost.Needs("nginx", "nginx-light");
        TestHost.Needs("gunicorn", "gunicorn");
        await File.WriteAllTextAsync($"{_folder}/app.py", Application);
        await File.WriteAllTextAsync(
            $"{_folder}/nginx.conf",
            $$"""
            pid {{_folder}}/nginx.pid; error_log stderr; daemon off; events {}
            http { access_log off; server { listen 127.0.0.1:{{_port}}; location / { proxy_pass http://unix:{{_folder}}/app.sock; proxy_set_header Host $http_host; } } }
            """
        );
        await Shell.BashAsync($"chmod 755 {_folder}");
        _units = await Units.InstallAsync(
            ("probe-app", Units.Service($"/usr/bin/gunicorn --chdir {_folder} -b unix:{_folder}/app.sock app:application")),
            ("probe-nginx", Units.Service($"/usr/sbin/nginx -c {_folder}/nginx.conf")),
            (
                "probe-uwsgi",
                Units.Service($"/usr/bin/uwsgi-core --plugin python3 --socket 127.0.0.1:{_uwsgi} --chdir {_folder} --module app")
            )
        );
        await Systemctl.RunAsync("start", "probe-app", "probe-nginx");
        await Eventually.IsTrueAsync(() => File.Exists($"{_folder}/app.sock"));
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("tcp", $"127.0.0.1:{_port}")).Status == ProbeStatus.Healthy);
    }

    public async ValueTask DisposeAsync()
    {
        if (_units is not null)
        {
            await _units.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Both_paths_are_probed_and_the_Host_header_decides()
    {
        var url = $"http://127.0.0.1:{_port}/health/";
        var refused = await ProbeCheck.RunAsync("http", url);
        ProbeCheck.Is(ProbeStatus.Unhealthy, "400", refused);
        Assert.Contains("Invalid HTTP_HOST header", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("ALLOWED_HOSTS", refused.Detail, StringComparison.Ordinal);
        var json = new Dictionary<string, object?> { ["status"] = "ok", ["checks.db"] = true };
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "200",
            await ProbeCheck.RunAsync(
                "http",
                url,
                ("hostHeader", "chat.example.org"),
                ("json", json),
                ("expectHeaders", new Dictionary<string, object?> { ["Server"] = "nginx" })
            )
        );
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "200",
            await ProbeCheck.RunAsync("http", "http://unix/health/", ("unixSocket", $"{_folder}/app.sock"), ("contains", "ok"))
        );
        await Systemctl.RunAsync("stop", "probe-app");
        var gone = await ProbeCheck.RunAsync("http", url, ("hostHeader", "chat.example.org"));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "502", gone);
        Assert.Contains("stands behind it", gone.Detail, StringComparison.Ordinal);
        await Systemctl.RunAsync("stop", "probe-nginx");
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Refused", await ProbeCheck.RunAsync("http", url));
    }

    [Fact]
    public async Task A_uWSGI_socket_does_not_speak_HTTP_and_the_detail_says_so()
    {
        TestHost.Needs("uwsgi-core", "uwsgi-core");
        await Systemctl.RunAsync("start", "probe-uwsgi");
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("tcp", $"127.0.0.1:{_uwsgi}")).Status == ProbeStatus.Healthy);
        await using var session = new Adapters.Composition.OpsSession();
        var definition = ProbeCheck.Define("http", $"http://127.0.0.1:{_uwsgi}/") with { Timeout = TimeSpan.FromSeconds(1) };
        var result = (await session.CheckAsync([definition], default))[0];
        Assert.Equal(ProbeStatus.Unhealthy, result.Status);
        Assert.True(result.Detail.Contains("http-socket", StringComparison.Ordinal), $"{result}: {result.Detail}");
    }
}
