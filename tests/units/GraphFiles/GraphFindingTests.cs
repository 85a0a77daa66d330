namespace OpsRestart.Tests.Units.GraphFiles;

public sealed class GraphFindingTests
{
    private const string Durations = "Write 30s, 5m, 1h, 00:05:00, or a number of seconds.";

    [Fact]
    public void Some_other_file_is_told_as_such_and_its_lines_are_not_printed()
    {
        var document = Reading.Reader().Parse("user: secret\nother: hash\n", "shadow");
        var finding = Assert.Single(document.Findings);
        Assert.Equal("NotAGraph", finding.Code);
        Assert.Null(document.Graph);
        Assert.DoesNotContain("secret", finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_of_a_service_are_told_of_with_their_place()
    {
        var document = Reading.Parse(
            """
            graph: site
            defaults: { scope: user }
            services:
              both: { unit: web, command: { start: a, stop: b } }
              half: { command: { start: a, strt: b, environment: { "A=B": c } } }
              flat: { command: restart-server }
              far: { command: { start: a, stop: "b 'c", timeout: never }, host: root@other }
              empty: { command: { start: [], stop: "" } }
              good: { command: { start: a, stop: b, timeout: 5s } }
            """
        );
        Assert.Equal(
            [
                "4:11 BadValue: 'unit' of service 'both' can't stand beside 'command': commands manage what no service manager knows. → Keep one of them.",
                "5:20 MissingKey: 'command' of service 'half' has no 'stop'. → Write stop: and the command, as a list of its words.",
                "5:32 UnknownKey: 'command' of service 'half' has an unknown key 'strt'. → Did you mean 'start'?",
                "5:54 BadValue: 'environment' of 'command' of service 'half' has a name or a text that no environment can hold.",
                "6:20 WrongType: 'command' of service 'flat' must be a map of settings, not text.",
                "7:37 WrongType: 'stop' of 'command' of service 'far' has a quote that is never closed.",
                "7:54 BadValue: 'timeout' of 'command' of service 'far' is not a duration: 'never'. → " + Durations,
                "7:69 BadValue: 'host' of service 'far' can't be given: commands run on this machine. → Let the command itself use ssh.",
                "8:30 BadValue: 'start' of 'command' of service 'empty' is empty. → Write the command, as a list of its words.",
                "8:40 BadValue: 'stop' of 'command' of service 'empty' is empty. → Write the command, as a list of its words.",
            ],
            Reading.Lines(document)
        );
    }

    [Fact]
    public void Reports_everything_at_once_in_the_order_of_the_file()
    {
        var document = Reading.Parse(
            """
            graf: nautobot
            services:
              web:
                unt: nautobot
                need: [redis]
                stableFor: 5 parsecs
                ready: { http: "http://localhost", withn: 60s, status: 200 }
              web:
                unit: other
              worker: { unit: [a, b], protected: maybe, scope: users, check: "nginx '-t" }
              re dis: { unit: redis-server, program: redis, ready: [reddis://localhost, localhost] }
              empty:
            queues:
              default: { celry: "redis://localhost", drain: drainde, fedby: [web] }
              mail: { rq: "redis://a", rabbitmq: "amqp://b", onTimeout: explode, timeout: soon }
            hooks:
              migrate: { comand: x }
              page: { command: x, when: befor, needs: [web] }
              back: { command: x, when: always, needs: [web] }
            validate: { htpp: "http://localhost" }
            """
        );

        Assert.Equal(
            [
                "1:1 UnknownKey: The graph has an unknown key 'graf'. → Did you mean 'graph'?",
                "4:5 UnknownKey: Service 'web' has an unknown key 'unt'. → Did you mean 'unit'?",
                "5:5 UnknownKey: Service 'web' has an unknown key 'need'. → Did you mean 'needs'?",
                "6:16 BadValue: 'stableFor' of service 'web' is not a duration: '5 parsecs'. → " + Durations,
                "7:40 UnknownKey: The http probe of service 'web' has an unknown key 'withn'. → Did you mean 'within'?",
                "8:3 DuplicateKey: 'web' is written twice: first in line 3. → Keep one of them.",
                "10:19 WrongType: 'unit' of service 'worker' must be text, not a list.",
                "10:38 BadValue: 'protected' of service 'worker' must be true or false, not 'maybe'.",
                "10:52 BadValue: 'scope' of service 'worker' must be system or user, not 'users'. → Did you mean 'user'?",
                "10:66 WrongType: 'check' of service 'worker' has a quote that is never closed.",
                "11:3 BadName: 're dis' can't be the name of a service. → Use letters, digits, '-', '_', '.' and '@', beginning with "
                    + "a letter or digit.",
                "11:33 BadValue: Service 're dis' is both a unit and a program. → Keep unit: for systemd, or program: for supervisord.",
                "11:57 UnknownProbe: A probe of service 're dis' has an unknown scheme 'reddis'. → Did you mean 'redis'?",
                "11:77 UnknownProbe: A probe of service 're dis' is no URI: 'localhost'. → Begin it with one of redis://, rediss://, "
                    + "redis+socket://, postgres://, postgresql://, amqp://, amqps://, pyamqp://, pyamqps://, mqtt://, mqtts://, memcached://, http://, https://, "
                    + "ws://, wss://, tcp://; or write a map, such as { redis: \"${env:REDIS_URL}\" }.",
                "12:3 MissingKey: Service 'empty' does not say which unit or program it is. → Write unit: for systemd, program: "
                    + "for supervisord, or command: for one that is managed by commands.",
                "14:14 UnknownKey: Queue 'default' has an unknown key 'celry'. → Did you mean 'celery'?",
                "14:49 BadValue: 'drain' of queue 'default' must be none, executing, drained or quiescent, not 'drainde'. → Did you "
                    + "mean 'drained'?",
                "14:58 UnknownKey: Queue 'default' has an unknown key 'fedby'. → Did you mean 'fedBy'?",
                "15:9 MissingKey: Queue 'mail' is more than one thing: rq, rabbitmq. → Write exactly one of celery:, rq: or "
                    + "rabbitmq: with the broker's URI.",
                "15:61 BadValue: 'onTimeout' of queue 'mail' must be abort, continue or kill, not 'explode'.",
                "15:79 BadValue: 'timeout' of queue 'mail' is not a duration: 'soon'. → " + Durations,
                "17:14 UnknownKey: Hook 'migrate' has an unknown key 'comand'. → Did you mean 'command'?",
                "18:29 BadValue: 'when' of hook 'page' must be datastoresReady, before, drained, stopped, started or always, not 'befor'. "
                    + "→ Did you mean 'before'?",
                "19:44 BadValue: 'needs' of hook 'back' is for 'when: datastoresReady' alone. → Leave it out: what is up then follows "
                    + "from 'when'.",
                "20:11 UnknownProbe: A probe of the graph does not say what to probe. → Did you mean 'http'?",
            ],
            Reading.Lines(document)
        );
        Assert.NotNull(document.Graph);
        Assert.False(document.IsValid);
        Assert.All(document.Findings, f => Assert.Equal("graph.yml", f.File));
    }

    [Theory]
    [InlineData("", "1:1 MissingKey: The file is empty. → A graph needs at least graph: and services:.")]
    [InlineData("# only a comment\n", "1:1 MissingKey: The file is empty. → A graph needs at least graph: and services:.")]
    [InlineData("just text", "1:1 WrongType: The graph must be a map of settings, not text.")]
    [InlineData("- a\n- b", "1:1 WrongType: The graph must be a map of settings, not a list.")]
    [InlineData("graph: g", "1:1 MissingKey: The graph has no services. → Write services: and a map of them.")]
    [InlineData("graph: g\nservices: [a]", "2:11 WrongType: 'services' must be a map of settings, not a list.")]
    [InlineData("graph: g\nservices: { a: redis }", "2:16 WrongType: Service 'a' must be a map of settings, not text.")]
    [InlineData(
        "graph: g\nservices: { a: { unit: a } }\n---\ngraph: h\n",
        "3:1 SecondDocument: A second YAML document begins here. → Write one graph a file."
    )]
    [InlineData(
        "graph: g\nservices: { a: { unit: a, needs: [b, [c], ~] } }",
        "2:38 WrongType: 'needs' of service 'a' must hold texts, not a list.|2:43 WrongType: 'needs' of service 'a' must hold texts, "
            + "not nothing."
    )]
    [InlineData(
        "graph: g\nservices: { a: { unit: a, needs: { b: c } } }",
        "2:34 WrongType: 'needs' of service 'a' must be a list of texts, not a map."
    )]
    [InlineData(
        "graph: g\nservices: { a: { unit: 'a@{x,y}@{1,2}' } }",
        "2:24 BadValue: 'unit' of service 'a' has a set of instances that can't be read: 'a@{x,y}@{1,2}'. → Write one set, such as "
            + "celery@{critical,general} or worker@{1..4}, of at most 200."
    )]
    [InlineData(
        "graph: g\nservices: { a: { unit: 'a@{1..900}' } }",
        "2:24 BadValue: 'unit' of service 'a' has a set of instances that can't be read: 'a@{1..900}'. → Write one set, such as "
            + "celery@{critical,general} or worker@{1..4}, of at most 200."
    )]
    [InlineData(
        "graph: g\nservices: { a: { unit: 'a@{x,y}' }, a@x: { unit: b } }",
        "2:37 DuplicateKey: There are two services called 'a@x': one is an instance of a set. → Rename one of them."
    )]
    [InlineData(
        "graph: g\nservices: { a: { unit: a, ready: { http: [x] } } }",
        "2:42 WrongType: 'http' of a probe of service 'a' must be text, not a list."
    )]
    [InlineData(
        "graph: g\nservices: { a: { unit: a, ready: { tcp: 'tcp://a:1', successes: 0, every: -1 } } }",
        "2:65 BadValue: 'successes' of the tcp probe of service 'a' must be a whole number from 1, not '0'.|2:75 BadValue: "
            + "'every' of the tcp probe of service 'a' is not a duration: '-1'. → "
            + Durations
    )]
    [InlineData(
        "graph: g\nservices: { a: { unit: a } }\ndefaults: { needs: [b] }",
        "3:13 UnknownKey: Defaults has an unknown key 'needs'. → Known: scope, host, supervisor, stableFor, startTimeout, stopTimeout, checkTimeout."
    )]
    [InlineData(
        "graph: g\nservices: { a: { unit: a } }\nqueues: { q: { celery: } }",
        "3:14 MissingKey: Queue 'q' does not say where its broker is. → Write celery: and the broker's URI."
    )]
    public void Says_what_is_wrong_and_where(string text, string findings) =>
        Assert.Equal(findings.Split('|'), Reading.Lines(Reading.Parse(text)));

    [Theory]
    [InlineData("graph: g\nservices:\n\ta: { unit: a }", 3, "Indent with spaces.")]
    [InlineData("graph: g\nservices:\n  a: { unit: a, ready: { redis: ${env:URL} } }", 3, "in quotes")]
    [InlineData("graph: g\nservices:\n  a: { unit: a\n", 4, null)]
    [InlineData("graph: 'g\n", 1, null)]
    [InlineData("graph: g\nservices: *nobody\n", 2, null)]
    [InlineData("graph: g\nservices: &me { a: *me }\n", 2, null)]
    [InlineData("graph: g\n services: {}\n", 2, null)]
    public void Gives_a_syntax_error_its_place_and_the_usual_cause(string text, int line, string? advice)
    {
        var finding = Assert.Single(Reading.Parse(text).Findings);

        Assert.Equal(("YamlSyntax", line), (finding.Code, finding.Line));
        Assert.StartsWith("Not valid YAML: ", finding.Message, StringComparison.Ordinal);
        Assert.Equal(advice is null, finding.Advice is null);
        Assert.Contains(advice ?? "", finding.Advice ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_nesting_and_aliases_that_would_eat_the_memory()
    {
        var deep = Reading.Parse("graph: " + new string('[', 100_000));
        var bomb = Reading.Parse(
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 12)
                        .Select(i =>
                            $"{(char)('b' + i)}: &{(char)('b' + i)} [{string.Join(',', Enumerable.Repeat("*" + (char)('a' + i), 9))}]\n"
                        )
                )
        );

        Assert.Equal("Not valid YAML: nested deeper than 40 levels.", Assert.Single(deep.Findings).Message);
        Assert.Equal("Not valid YAML: more than 100000 values.", Assert.Single(bomb.Findings).Message);
    }

    [Fact]
    public void Never_throws_whatever_the_text()
    {
        var random = new Random(20260801);
        const string alphabet = "abgr: \n\t{}[]&*!|>'\"%@`-#,?0~";
        const string valid =
            "graph: g\nservices:\n  a: { unit: a, needs: [b], ready: { http: 'http://x', within: 3s } }\nqueues:\n  q: { rq: "
            + "'redis://x', fedBy: [a] }\n";
        for (var i = 0; i < 5000; i++)
        {
            var text = valid.ToCharArray().ToList();
            for (var change = random.Next(1, 12); change > 0; change--)
            {
                text[random.Next(text.Count)] = alphabet[random.Next(alphabet.Length)];
            }

            Assert.NotNull(Reading.Parse(string.Concat(text)));
        }
    }
}
