namespace OpsRestart.Tests.Units.Probes;

/// <summary>What is wrong with a definition is told before anything is touched, all at once, with what to write in its place.</summary>
public sealed class ProbeFindingTests
{
    private static readonly string[] TwoTargets = ["a:1", "b"];

    public static TheoryData<string, string, string, object?, string, string> Faults =>
        new()
        {
            { "http", "http://localhost/", "statuss", 200, "UnknownKey", "Did you mean 'status'?" },
            { "http", "http://localhost/", "status", "fine", "BadValue", "Write 200, [200, 204], 2xx or 200-399." },
            { "http", "http://localhost/", "status", 99, "BadValue", "Write 200" },
            { "http", "http://localhost/", "pattern", "(", "BadValue", "backslash" },
            { "http", "http://localhost/", "skipCertificateCheck", "maybe", "BadValue", "must be true or false, not 'maybe'" },
            { "http", "http://localhost/", "headers", "X: y", "WrongType", "must be a map of names and texts" },
            { "http", "http://localhost/", "caFile", "/no/such/file.pem", "BadValue", "does not exist" },
            { "http", "http://localhost/", "bearer", "${env:OPSRESTART_TEST_UNSET}", "MissingSecret", "OPSRESTART_TEST_UNSET" },
            { "http", "http://localhost/", "password", "x", "BadValue", "Add user: NAME." },
            { "http", "http://localhost/", "maxLatency", "soon", "BadValue", "Write 30s, 5m" },
            { "http", "localhost:8000/health", "status", 200, "InvalidTarget", "Write http://host:port/path." },
            { "tcp", "tcp://localhost", "tls", false, "InvalidTarget", "Write host:port" },
            { "tcp", "tcp://ops:hunter2@localhost:22", "tls", false, "InvalidTarget", "ops:***@localhost:22'." },
            { "tcp", "localhost:70000", "tls", false, "InvalidTarget", "Write host:port" },
            { "tcp", "localhost:22", "patern", "SSH", "UnknownKey", "Did you mean 'pattern'?" },
            { "tcp", "localhost:22", "expect", "SSH", "UnknownKey", "pattern" },
            { "ws", "ws://h/", "expect", "x", "UnknownKey", "pattern" },
            { "mqtt", "mqtt://h", "expect", "x", "UnknownKey", "pattern" },
            { "http", "http://localhost/", "matches", "x", "UnknownKey", "pattern" },
            { "http", "http://localhost/", "host", "h", "UnknownKey", "hostHeader" },
            { "redis", "rediss://localhost", "insecure", true, "UnknownKey", "skipCertificateCheck" },
            { "celery", "redis://localhost", "expected", "w1@h", "UnknownKey", "workers" },
            { "rq", "redis://localhost", "expected", "w1", "UnknownKey", "workers" },
            { "log", "x", "hostName", "ops@a", "UnknownKey", "host" },
            { "log", "x", "since", "yesterday morning", "BadValue", "2026-03-01 14:30" },
            { "tcp", "localhost:22", "targets", TwoTargets, "InvalidTarget", "in 'b'" },
            { "redis", "http://localhost", "database", 0, "InvalidTarget", "redis://host:6379/0" },
            { "redis", "redis://localhost", "database", -1, "BadValue", "from 0 to 16384" },
            { "redis", "redis://localhost", "role", "boss", "BadValue", "any, primary or replica" },
            { "redis", "redis://localhost", "user", "ops", "BadValue", "password" },
            { "redis", "redis://:${env:OPSRESTART_TEST_UNSET}@localhost", "database", 0, "MissingSecret", "OPSRESTART_TEST_UNSET" },
            { "postgres", "nonsense", "query", "select 1", "InvalidTarget", "postgres://user@host:5432/database" },
            { "postgres", "postgres://h/db?sslmod=require", "query", "select 1", "InvalidTarget", "sslmod" },
            { "postgres", "postgres://h/db", "expect", "1", "BadValue", "needs a query" },
            { "postgres", "postgres://h/db", "expekt", "1", "UnknownKey", "Did you mean 'expect'?" },
            { "log", "(", "absent", true, "BadValue", "no regular expression" },
            { "log", "x", "file", "relative.log", "BadValue", "no absolute path" },
            { "log", "x", "tail", 0, "BadValue", "from 1" },
            { "log", "x", "priority", "loud", "BadValue", "error" },
            { "redes", "redis://localhost", "database", 0, "UnknownProbe", "Did you mean 'redis'?" },
            { "carrier-pigeon", "x", "y", 0, "UnknownProbe", "Kinds: " },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_wrong_setting_is_one_finding_with_line_and_advice(
        string kind,
        string target,
        string key,
        object? value,
        string code,
        string says
    )
    {
        var finding = Assert.Single(Check.Findings(kind, target, (key, value)));
        Assert.Equal(code, finding.Code);
        Assert.Equal(7, finding.Line);
        Assert.Contains(says, finding.Message + " " + finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once_and_name_the_service()
    {
        var findings = Check.Findings("http", "nowhere", ("status", "x"), ("bogus", 1), ("pattern", "["));
        Assert.Equal(["BadValue", "BadValue", "InvalidTarget", "UnknownKey"], findings.Select(static f => f.Code).Order());
        Assert.All(findings, static f => Assert.Contains("'web'", f.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Making_a_wrong_probe_throws_what_validation_finds()
    {
        var error = Assert.Throws<OpsRestartException>(() =>
            Check.Factory.Create(Check.Define("http", "http://:secret@x y/", ("statuss", 200)), Core.Probes.ProbeContext.None)
        );
        Assert.Equal(OpsError.InvalidGraph, error.Error);
        Assert.Contains("Did you mean 'status'?", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message + error.Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http", "https://example.org/health/")]
    [InlineData("https", "https://example.org/health/")]
    [InlineData("redis", "redis+socket:///run/redis.sock?virtual_host=1")]
    [InlineData("rediss", "rediss://cache:6380/1")]
    [InlineData("postgres", "postgres://nautobot@/nautobot?host=/run/postgresql")]
    [InlineData("postgresql", "postgresql://h1:5432,h2:5433/db?target_session_attrs=primary&sslmode=verify-full&connect_timeout=3")]
    [InlineData("postgres", "host=/run/postgresql user=ops dbname='my db' port=5433")]
    [InlineData("postgres", "Host=db;Username=ops;Database=x")]
    [InlineData("tcp", "tcp://a:1, [::1]:2, unix:/run/x.sock, /run/y.sock")]
    [InlineData("log", "Connected to (MQTT|AMQP)")]
    public void A_right_definition_has_no_findings(string kind, string target) => Assert.Empty(Check.Findings(kind, target));

    [Theory]
    [InlineData("redis", "${env:OPSRESTART_TEST_ODD}", "database", 0)]
    [InlineData("redis", "redis://:${env:OPSRESTART_TEST_ODD}@cache:${env:OPSRESTART_TEST_ODD}/${env:OPSRESTART_TEST_ODD}", "database", 0)]
    [InlineData("amqp", "amqp://ops:${env:OPSRESTART_TEST_ODD}@mq:${env:OPSRESTART_TEST_ODD}", "maxLatency", "${env:OPSRESTART_TEST_ODD}")]
    [InlineData("mqtt", "mqtt://mq:${env:OPSRESTART_TEST_ODD}", "pattern", "${env:OPSRESTART_TEST_ODD}")]
    [InlineData("http", "https://web:${env:OPSRESTART_TEST_ODD}/", "caFile", "/${env:OPSRESTART_TEST_ODD}.pem")]
    [InlineData("tcp", "web:${env:OPSRESTART_TEST_ODD}", "tls", "${env:OPSRESTART_TEST_ODD}")]
    [InlineData("redis", "redis://cache", "role", "${env:OPSRESTART_TEST_ODD}")]
    [InlineData("postgres", "postgres://ops@db:${env:OPSRESTART_TEST_ODD}/x", "acceptAuthFailure", "${env:OPSRESTART_TEST_ODD}")]
    public void A_secret_is_asked_for_when_it_is_validated_and_read_when_the_probe_is_made(
        string kind,
        string target,
        string key,
        object? value
    )
    {
        Environment.SetEnvironmentVariable("OPSRESTART_TEST_ODD", "(no: value for this");
        Assert.Empty(Check.Findings(kind, target, (key, value)));
        var error = Assert.Throws<OpsRestartException>(() =>
            Check.Factory.Create(Check.Define(kind, target, (key, value)), Core.Probes.ProbeContext.None)
        );
        Assert.Equal(OpsError.InvalidGraph, error.Error);
        Assert.DoesNotContain("no: value", error.Message + error.Target, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_beside_a_secret_is_found_without_it()
    {
        Environment.SetEnvironmentVariable("OPSRESTART_TEST_ODD", "(no: value for this");
        Assert.Equal("InvalidTarget", Assert.Single(Check.Findings("redis", "redis://:${env:OPSRESTART_TEST_ODD}@cache:70000")).Code);
        Assert.Equal("InvalidTarget", Assert.Single(Check.Findings("postgres", "postgres://o:${env:OPSRESTART_TEST_ODD}@h:0/x")).Code);
    }

    [Fact]
    public void Settings_may_be_written_as_yaml_json_or_powershell_gives_them()
    {
        Assert.Empty(
            Check.Findings(
                "http",
                "http://localhost/",
                ("status", new object[] { 200L, "2xx" }),
                ("headers", new System.Collections.Hashtable { ["X-Probe"] = 1 }),
                ("json", new Dictionary<string, object?> { ["ok"] = true }),
                ("maxLatency", TimeSpan.FromSeconds(1)),
                ("skipCertificateCheck", "false"),
                ("Method", "head")
            )
        );
    }
}
