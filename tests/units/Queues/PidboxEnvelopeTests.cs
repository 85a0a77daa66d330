using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpsRestart.Adapters.Queues.Celery;

namespace OpsRestart.Tests.Units.Queues;

/// <summary>Every field of the control message is pinned: a wrong one crashes every worker that receives it.</summary>
public sealed class PidboxEnvelopeTests
{
    private static readonly Guid Ticket = Guid.Parse("11111111-2222-3333-4444-555555555555");
    private static readonly Guid Tag = Guid.Parse("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");

    [Fact]
    public void The_body_is_one_object_with_exactly_these_fields()
    {
        var body = PidboxEnvelope.Body(PidboxRequest.Active(["w1@h"]), Ticket, "reply");
        Assert.Equal(
            """{"method":"active","arguments":{"safe":true},"destination":["w1@h"],"pattern":null,"matcher":null,"ticket":"11111111-2222-3333-4444-555555555555","reply_to":{"exchange":"","routing_key":"reply"}}""",
            Encoding.UTF8.GetString(body)
        );
    }

    [Fact]
    public void Without_a_destination_it_is_for_all_workers_and_arguments_are_an_object()
    {
        var body = PidboxEnvelope.Body(PidboxRequest.Ping, Ticket, "reply");
        Assert.Equal(
            """{"method":"ping","arguments":{},"destination":null,"pattern":null,"matcher":null,"ticket":"11111111-2222-3333-4444-555555555555","reply_to":{"exchange":"","routing_key":"reply"}}""",
            Encoding.UTF8.GetString(body)
        );
    }

    [Fact]
    public void The_envelope_has_exactly_these_fields()
    {
        var message = PidboxEnvelope.ForRedis("{\"method\":\"ping\"}"u8, "application/json", "celery", Tag);
        Assert.Equal(
            """{"body":"eyJtZXRob2QiOiJwaW5nIn0=","content-encoding":"utf-8","content-type":"application/json","headers":{"clock":0,"expires":0},"properties":{"delivery_mode":1,"delivery_info":{"exchange":"celery.pidbox","routing_key":""},"priority":0,"body_encoding":"base64","delivery_tag":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"}}""",
            Encoding.UTF8.GetString(message)
        );
    }

    [Theory]
    [InlineData("q\"uote\\ + ключ \u0001")]
    [InlineData("+/=<>&'")]
    public void Any_text_survives_as_a_reader_of_JSON_sees_it(string text)
    {
        var body = PidboxEnvelope.Body(new PidboxRequest("cancel_consumer", new JsonObject { ["queue"] = text }, [text]), Ticket, text);
        var envelope = JsonDocument.Parse(PidboxEnvelope.ForRedis(body, "application/x-nautobot-json", "custom", Tag)).RootElement;
        var decoded = JsonDocument.Parse(Convert.FromBase64String(envelope.GetProperty("body").GetString()!)).RootElement;
        Assert.Equal(text, decoded.GetProperty("arguments").GetProperty("queue").GetString());
        Assert.Equal(text, decoded.GetProperty("destination")[0].GetString());
        Assert.Equal(text, decoded.GetProperty("reply_to").GetProperty("routing_key").GetString());
        Assert.Equal("custom.pidbox", envelope.GetProperty("properties").GetProperty("delivery_info").GetProperty("exchange").GetString());
        Assert.Equal("application/x-nautobot-json", envelope.GetProperty("content-type").GetString());
    }

    [Theory]
    [InlineData(
        """{"body": "eyJ3MUBoIjogeyJvayI6ICJwb25nIn19", "content-encoding": "utf-8", "content-type": "application/json", "headers": {"ticket": "t1", "clock": 9}, "properties": {"delivery_mode": 1, "body_encoding": "base64"}}""",
        "t1",
        "w1@h",
        null
    )]
    [InlineData(
        """{"body": "{\"w1@h\": {\"error\": \"KeyError('nosuch')\"}}", "headers": {"ticket": "t2"}, "properties": {}}""",
        "t2",
        "w1@h",
        "KeyError('nosuch')"
    )]
    public void Reads_replies(string message, string ticket, string node, string? error)
    {
        var reply = PidboxReply.FromRedis(Encoding.UTF8.GetBytes(message));
        Assert.Equal((ticket, node, error), (reply!.Value.Ticket, reply.Value.Reply.Node, reply.Value.Reply.Error));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"body": "not base64!", "headers": {"ticket": "t"}, "properties": {"body_encoding": "base64"}}""")]
    [InlineData("""{"body": "eyJ9", "headers": {"ticket": "t"}, "properties": {"body_encoding": "base64"}}""")]
    [InlineData("""{"body": "W10=", "headers": {"ticket": "t"}, "properties": {"body_encoding": "base64"}}""")]
    public void What_is_no_reply_is_ignored(string message) => Assert.Null(PidboxReply.FromRedis(Encoding.UTF8.GetBytes(message)));
}
