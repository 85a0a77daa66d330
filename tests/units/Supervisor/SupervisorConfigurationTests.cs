using OpsRestart.Adapters.Supervisor;

namespace OpsRestart.Tests.Units.Supervisor;

/// <summary>supervisord's configuration, read as supervisord itself reads it (supervisor/options.py).</summary>
public sealed class SupervisorConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-supervisor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Sections_make_the_processes_that_supervisord_makes_of_them()
    {
        var programs = Read(
            """
            [program:web]
            command = /bin/web   ; comment
            [program:mail]
            process_name=%(program_name)s_%(process_num)02d
            numprocs=2
            numprocs_start: 1
            stopwaitsecs=60
            stopasgroup=yes
            [program:chat]
            AutoStart=off
            [eventlistener:ears]
            command=/bin/ears
            [group:pool]
            programs=chat,
              mail
            """
        );

        Assert.Equal(
            ["ears:ears", "pool:chat", "pool:mail_01", "pool:mail_02", "web:web"],
            programs.Select(static p => p.Id).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            new ProgramSection("pool:mail_01")
            {
                StopWait = TimeSpan.FromSeconds(60),
                StopAsGroup = true,
                AutoStart = true,
            },
            programs.Single(static p => p.Id == "pool:mail_01")
        );
        Assert.False(programs.Single(static p => p.Id == "pool:chat").AutoStart);
        Assert.Equal(TimeSpan.FromSeconds(10), programs.Single(static p => p.Id == "web:web").StopWait);
    }

    [Fact]
    public void What_depends_on_supervisords_environment_is_not_guessed()
    {
        var programs = Read(
            """
            [program:web]
            stopwaitsecs=%(ENV_WAIT)s
            stopasgroup=perhaps
            [program:other]
            process_name=%(ENV_NAME)s
            """
        );

        var web = Assert.Single(programs);
        Assert.Equal(("web:web", null, null), (web.Id, web.StopWait, web.StopAsGroup));
    }

    [Fact]
    public void Included_files_are_read_in_order_and_the_last_word_holds()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "conf.d"));
        File.WriteAllText(Path.Combine(_folder, "conf.d", "b.conf"), "[program:web]\nstopwaitsecs=2\n");
        File.WriteAllText(
            Path.Combine(_folder, "conf.d", "a.conf"),
            "[program:web]\nstopwaitsecs=1\n[unix_http_server]\nfile=%(here)s/s.sock\n"
        );
        File.WriteAllText(Path.Combine(_folder, "conf.d", "c.txt"), "[program:no]\n");

        var configuration = Configuration("[include]\nfiles = conf.d/*.conf\n  %(here)s/none/*\n");

        Assert.Equal(TimeSpan.FromSeconds(2), Assert.Single(configuration.Programs()).StopWait);
        Assert.True(configuration.IsAt("unix://" + Path.Combine(_folder, "conf.d", "s.sock")));
        Assert.False(configuration.IsAt("unix:///run/supervisor.sock"));
    }

    [Theory]
    [InlineData("/var/run/supervisor.sock ; (the path)", "unix:///run/supervisor.sock")]
    [InlineData("/run/supervisor.sock", "/var/run/supervisor.sock")]
    public void The_socket_of_a_distribution_is_found_under_both_its_names(string written, string address) =>
        Assert.True(Configuration($"[unix_http_server]\nfile={written}\n").IsAt(address));

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, null, null)]
    public void Whether_a_stop_reaches_the_children_is_known_only_where_it_is_said(bool killAsGroup, bool? onDisk, bool? expected)
    {
        var told = Told(killAsGroup);
        var section = new ProgramSection("web:web") { StopAsGroup = onDisk };

        Assert.Equal(expected, told.With(section).StopAsGroup);
        Assert.Equal(killAsGroup ? null : false, told.With(null).StopAsGroup);
    }

    [Fact]
    public void A_section_that_was_changed_and_not_taken_up_says_nothing_of_what_runs()
    {
        var told = Told(killAsGroup: true);
        var changed = new ProgramSection("web:web") { StopWait = TimeSpan.FromSeconds(99), StopAsGroup = true };

        Assert.Equal((true, null), (told.With(changed).IsStale, told.With(changed).StopAsGroup));
        Assert.False(told.With(changed with { StopWait = told.StopWait }).IsStale);
        Assert.Null(told.With(null).IsStale);
    }

    private static ProgramSettings Told(bool killAsGroup) =>
        ProgramSettings.Of(
            new Dictionary<string, object>
            {
                ["group"] = "web",
                ["name"] = "web",
                ["stopwaitsecs"] = 10,
                ["stopsignal"] = 15,
                ["autostart"] = true,
                ["killasgroup"] = killAsGroup,
                ["command"] = "/bin/web",
            }
        )!;

    private IReadOnlyList<ProgramSection> Read(string text) => Configuration(text).Programs();

    private SupervisorConfiguration Configuration(string text)
    {
        var file = Path.Combine(_folder, "supervisord.conf");
        File.WriteAllText(file, text);
        return SupervisorConfiguration.Read(file);
    }
}
