using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Mqtt;

/// <summary>Settings of an mqtt probe. Target: <c>mqtt://user@host:1883</c> or <c>mqtts://host:8883</c>.</summary>
internal sealed record MqttProbeOptions : ProbeOptions
{
    public required ProbeUri Uri { get; init; }

    /// <summary><c>topic</c>: subscribe to it and wait for a message; <c>$SYS/broker/uptime</c> is one that mosquitto always has. None: signing in is enough.</summary>
    public string? Topic { get; init; }

    /// <summary><c>publish: true</c>: publish a message of our own to the topic and wait for exactly that: the whole way through the broker.</summary>
    public bool Publish { get; init; }

    /// <summary><c>expect</c>: a regular expression that the message matches.</summary>
    public Regex? Expect { get; init; }

    public static MqttProbeOptions Read(ProbeSettings settings)
    {
        var topic = settings.Text("topic");
        var publish = settings.Flag("publish") ?? false;
        if (topic is null && (publish || settings.Has("expect")))
        {
            settings.Fail(publish ? "publish" : "expect", "needs a topic", "Add topic: NAME.");
        }

        if (publish && topic is not null && topic.AsSpan().IndexOfAny('#', '+') >= 0)
        {
            settings.Fail("topic", "has a wildcard, to which nothing can be published");
        }

        return new MqttProbeOptions { Uri = ProbeUri.Read(settings, "mqtt", 1883, 8883), Topic = topic, Publish = publish, Expect = settings.Pattern("expect") };
    }
}
