using OpsRestart.Adapters.Composition;
using OpsRestart.Adapters.Probes;

namespace OpsRestart.Tests.Units.GraphFiles;

/// <summary>Settings of probes and queues in a file: a wrong one is a finding with its own line, never a default in silence.</summary>
public sealed class SettingTests
{
    [Theory]
    [InlineData("rq", "serializer: jsn", "'serializer' of queue 'jobs' must be pickle or json, not 'jsn'")]
    [InlineData("rq", "serializer: [json]", "'serializer' of queue 'jobs' must be pickle or json, not a list")]
    [InlineData("celery", "keyPrefix: [5, 6]", "'keyPrefix' of queue 'jobs' must be text, not a list")]
    [InlineData("celery", "unresponsiveAfter: soon", "'unresponsiveAfter' of queue 'jobs' is not a duration: 'soon'")]
    [InlineData("celery", "management: here", "'management' of queue 'jobs' is neither off nor an address")]
    [InlineData("rabbitmq", "quorumTick: { a: 5s }", "'quorumTick' of queue 'jobs' must be a duration, not a map")]
    [InlineData("rabbitmq", "serializer: json", "Queue 'jobs' has an unknown key 'serializer'")]
    [InlineData("celery", "keyprefx: a", "Queue 'jobs' has an unknown key 'keyprefx'")]
    public void A_wrong_setting_of_a_queue_is_a_finding_with_its_line(string system, string setting, string says)
    {
        var broker = system == "rabbitmq" ? "amqp://localhost" : "redis://localhost";
        var text = $"""
            graph: g
            services:
              worker: {'{'} unit: worker {'}'}
            queues:
              jobs:
                {system}: {broker}
                consumedBy: [worker]
                {setting}
            """;

        var finding = Assert.Single(new OpsSession().Validate(Reading.Parse(text)));

        Assert.Equal((8, "graph.yml", FindingSeverity.Error), (finding.Line, finding.File, finding.Severity));
        Assert.StartsWith(says, finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://here", false)]
    [InlineData("run/supervisor.sock", false)]
    [InlineData("unix:///run/supervisor.sock", true)]
    [InlineData("http://ops:${env:NOBODY_SETS_THIS}@localhost:9001", true)]
    [InlineData("${file:/no/such/address}", true)]
    public void The_address_of_a_supervisord_is_looked_at_without_connecting(string address, bool isGood)
    {
        var text = $"graph: g\nservices:\n  web: {{ program: web, supervisor: \"{address}\" }}\n";

        var findings = new OpsSession().Validate(Reading.Parse(text));

        Assert.Equal(isGood ? 0 : 1, findings.Count);
        Assert.All(
            findings,
            static f =>
            {
                Assert.Equal(("graph.yml", 3), (f.File, f.Line));
                Assert.StartsWith("'supervisor' of service 'web': ", f.Message, StringComparison.Ordinal);
                Assert.EndsWith("is no address of a supervisord.", f.Message, StringComparison.Ordinal);
            }
        );
    }

    [Theory]
    [InlineData("http: http://localhost/", "status: fine", "'status' of the http probe of 'web'")]
    [InlineData(
        "http: http://localhost/",
        "skipCertificateCheck: maybe",
        "'skipCertificateCheck' of the http probe of 'web' must be true or false, not 'maybe'"
    )]
    [InlineData("http: http://localhost/", "headers: [a]", "'headers' of the http probe of 'web' must be a map")]
    [InlineData("http: http://localhost/", "statuss: 200", "The http probe of 'web' has an unknown key 'statuss'")]
    [InlineData("tcp: localhost:1", "targets: [a:1, [b]]", "'targets' of the tcp probe of 'web' must hold texts, not a list")]
    [InlineData("backlog: redis://localhost", "max: many", "'max' of the backlog probe of 'web' must be a whole number")]
    [InlineData(
        "backlog: redis://localhost",
        "unresponsiveAfter: soon",
        "'unresponsiveAfter' of the backlog probe of 'web' is not a duration"
    )]
    [InlineData("celery: redis://localhost", "management: here", "'management' of the celery probe of 'web' is neither off nor")]
    [InlineData("rq: redis://localhost", "maxLatency: soon", "'maxLatency' of the rq probe of 'web' is not a duration")]
    public void A_wrong_setting_of_a_probe_is_a_finding_with_its_line(string probe, string setting, string says)
    {
        var text = $"""
            graph: g
            services:
              web:
                unit: web
                ready:
                  {probe}
                  within: 5s
                  {setting}
            """;

        var finding = Assert.Single(new OpsSession().Validate(Reading.Parse(text)));

        Assert.Equal((8, "graph.yml", FindingSeverity.Error), (finding.Line, finding.File, finding.Severity));
        Assert.StartsWith(says, finding.Message, StringComparison.Ordinal);
    }

    /// <summary>YAML 1.2: true and false, in any case. Words that older YAML took for them (yes, on) are refused, not guessed at.</summary>
    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("TRUE", true)]
    [InlineData("false", true)]
    [InlineData("FALSE", true)]
    [InlineData("\"true\"", true)]
    [InlineData("yes", false)]
    [InlineData("on", false)]
    [InlineData("off", false)]
    [InlineData("1", false)]
    [InlineData("y", false)]
    public void Flags_have_one_spelling_everywhere(string written, bool isFlag)
    {
        var text = $"""
            graph: g
            services:
              web:
                unit: web
                protected: {written}
                ready:
                  http: http://localhost/
                  skipCertificateCheck: {written}
            """;

        var findings = new OpsSession().Validate(Reading.Parse(text));

        Assert.Equal(isFlag ? [] : [5, 8], findings.Select(static f => f.Line));
        Assert.All(findings, f => Assert.EndsWith($"must be true or false, not '{written}'.", f.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void What_looks_like_a_number_is_compared_as_it_was_written()
    {
        var node = Reading.Valid("graph: g\nservices: { a: { unit: a, ready: { http: 'http://h/', contains: 1.10, host: 3.0 } } }").Nodes[
            0
        ];
        var settings = new ProbeSettings(node.Ready[0]);

        Assert.Equal(("1.10", "3.0"), (settings.Text("contains"), settings.Text("host")));
    }
}
