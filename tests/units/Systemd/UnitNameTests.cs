using OpsRestart.Adapters.Systemd;
using OpsRestart.Core.Text;

namespace OpsRestart.Tests.Units.Systemd;

public sealed class UnitNameTests
{
    [Theory]
    [InlineData("nautobot", "nautobot.service")]
    [InlineData("nautobot.service", "nautobot.service")]
    [InlineData("dbus.socket", "dbus.socket")]
    [InlineData("postgresql@15-main", "postgresql@15-main.service")]
    [InlineData("celery@a.b", "celery@a.b.service")]
    [InlineData("python3.11", "python3.11.service")]
    [InlineData(" padded ", "padded.service")]
    [InlineData("dev-sda1.device", "dev-sda1.device")]
    [InlineData(@"srv-my\x20disk.mount", @"srv-my\x20disk.mount")]
    public void A_name_without_a_type_is_a_service(string name, string id) => Assert.Equal(id, UnitName.ToId(name));

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a/b")]
    [InlineData("-x;reboot")]
    [InlineData("ünit")]
    [InlineData(".service")]
    [InlineData("@x")]
    [InlineData("celery@")]
    [InlineData("celery@.service")]
    [InlineData("cel*")]
    [InlineData("cel[ab]")]
    public void What_names_no_single_unit_is_refused_with_advice(string name)
    {
        var failure = Assert.Throws<SystemdException>(() => UnitName.ToId(name));
        Assert.Equal(OpsError.InvalidArgument, failure.Error);
        Assert.Equal(name, failure.Target);
        Assert.NotEmpty(failure.Advice!);
    }

    [Fact]
    public void A_name_may_not_be_longer_than_systemd_allows() =>
        Assert.Throws<SystemdException>(() => UnitName.ToId(new string('a', 250)));

    [Theory]
    [InlineData("celery@{a,b}", "celery@a", "celery@b")]
    [InlineData("celery@{ critical , general }", "celery@critical", "celery@general")]
    [InlineData("{a,b}-{1,2}", "a-1", "a-2", "b-1", "b-2")]
    [InlineData("plain", "plain")]
    [InlineData("open{", "open{")]
    public void Template_sets_expand(string name, params string[] expected) => Assert.Equal(expected, NameMatch.Expand([name]));

    [Theory]
    [InlineData("celery@*", "celery@*.service")]
    [InlineData("*", "*.service")]
    [InlineData("*.timer", "*.timer")]
    [InlineData("ssh*.socket", "ssh*.socket")]
    [InlineData("ssh.*", "ssh.*")]
    [InlineData("web-[ab]", "web-[ab].service")]
    public void A_pattern_means_services_unless_it_has_a_type_of_its_own(string name, string pattern) =>
        Assert.Equal(pattern, UnitName.ToPattern(name));

    [Theory]
    [InlineData("nautobot.service", "nautobot")]
    [InlineData("dbus.socket", "dbus.socket")]
    [InlineData("a.service.service", "a.service")]
    public void Services_are_shown_without_their_suffix(string id, string shown) => Assert.Equal(shown, UnitName.ToDisplay(id));

    [Theory]
    [InlineData("dbus.service", "/org/freedesktop/systemd1/unit/dbus_2eservice")]
    [InlineData("postgresql@15-main.service", "/org/freedesktop/systemd1/unit/postgresql_4015_2dmain_2eservice")]
    [InlineData("0pointer.service", "/org/freedesktop/systemd1/unit/_30pointer_2eservice")]
    [InlineData("under_score.service", "/org/freedesktop/systemd1/unit/under_5fscore_2eservice")]
    [InlineData(@"a\x20b.mount", "/org/freedesktop/systemd1/unit/a_5cx20b_2emount")]
    public void Object_paths_are_escaped_as_systemd_does(string id, string path) => Assert.Equal(path, UnitName.ToPath(id));

    [Theory]
    [InlineData("a.service", "org.freedesktop.systemd1.Service")]
    [InlineData("a.automount", "org.freedesktop.systemd1.Automount")]
    public void Each_type_has_an_interface(string id, string name) => Assert.Equal(name, UnitName.ToInterface(id));
}
