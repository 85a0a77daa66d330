using OpsRestart.Adapters.Systemd;
using OpsRestart.Adapters.Systemd.Journal;
using OpsRestart.Core.Services;

namespace OpsRestart.Tests.Units.Systemd;

public sealed class JournalCommandTests
{
    private const string Common = "journalctl --quiet --all --output=json";

    [Fact]
    public void A_query_becomes_options() =>
        Assert.Equal(
            Common + " --unit='web.service' --unit='celery@*.service' --priority='3' --since='@1700000000.500000' --lines='20'",
            JournalCommand.Read(
                new ServiceLogQuery
                {
                    Services = ["web", "celery@*"],
                    Priority = ServiceLogPriority.Error,
                    Since = new DateTime(2023, 11, 14, 22, 13, 20, 500, DateTimeKind.Utc),
                    Tail = 20,
                }
            )
        );

    [Theory]
    [InlineData(null, " --follow --no-tail")]
    [InlineData(0, " --lines='0' --follow")]
    public void Following_begins_where_asked(int? tail, string expected) =>
        Assert.Equal(Common + expected, JournalCommand.Read(new ServiceLogQuery { Follow = true, Tail = tail }));

    [Fact]
    public void A_value_can_not_leave_its_quotes()
    {
        Assert.Equal(
            Common + " --cursor='s=1;'\\''$(reboot)'",
            JournalCommand.Read(new ServiceLogQuery { AfterCursor = "s=1;'$(reboot)" })
        );
        Assert.Throws<SystemdException>(() => JournalCommand.Read(new ServiceLogQuery { Services = ["web;reboot"] }));
        Assert.Equal(Common + " --unit='*'\\'';reboot.service'", JournalCommand.Read(new ServiceLogQuery { Services = ["*';reboot"] }));
    }

    [Fact]
    public void An_entry_is_read_from_JSON()
    {
        var entry = JournalJson.Read(
            """{"__CURSOR":"s=a;i=1","__REALTIME_TIMESTAMP":"1700000000000001","_PID":"42","PRIORITY":"3","_SYSTEMD_UNIT":"web.service","MESSAGE":"no such setting","SYSLOG_IDENTIFIER":"web","_HOSTNAME":"web1","_SYSTEMD_INVOCATION_ID":"ab"}"""
        )!;
        Assert.Equal("web", entry.Service);
        Assert.Equal(ServiceLogPriority.Error, entry.Priority);
        Assert.Equal("no such setting", entry.Message);
        Assert.Equal(42, entry.Pid);
        Assert.Equal("s=a;i=1", entry.Cursor);
        Assert.Equal("web1", entry.HostName);
        Assert.Equal("ab", entry.InvocationId);
        Assert.Equal(new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc).AddMicroseconds(1), entry.Time);
    }

    [Theory]
    [InlineData("""{"MESSAGE":[104,105,255]}""", "hi�")]
    [InlineData("""{"MESSAGE":["first","second"]}""", "first")]
    [InlineData("""{"MESSAGE":null}""", "")]
    [InlineData("""{}""", "")]
    public void Odd_messages_are_no_error(string line, string expected) => Assert.Equal(expected, JournalJson.Read(line)!.Message);

    [Theory]
    [InlineData("")]
    [InlineData("-- Reboot --")]
    [InlineData("[]")]
    public void What_is_no_entry_is_left_out(string line) => Assert.Null(JournalJson.Read(line));

    [Fact]
    public void What_the_manager_says_of_a_unit_belongs_to_the_unit() =>
        Assert.Equal(
            "web",
            JournalJson.Read("""{"_PID":"1","UNIT":"web.service","_SYSTEMD_UNIT":"init.scope","MESSAGE":"Started"}""")!.Service
        );
}
