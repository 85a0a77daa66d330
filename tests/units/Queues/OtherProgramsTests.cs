using OpsRestart.Adapters.Queues.Celery.OverRedis;

namespace OpsRestart.Tests.Units.Queues;

public sealed class OtherProgramsTests
{
    [Theory]
    [InlineData("/usr/bin/uwsgi --ini /opt/nautobot/uwsgi.ini")]
    [InlineData("gunicorn: master")]
    [InlineData("/usr/bin/python3 /usr/bin/gunicorn app:application")]
    [InlineData("python3 /usr/bin/celery -A app beat --loglevel INFO")]
    [InlineData("python3 -m celery -A app flower")]
    [InlineData("nautobot-server celery inspect ping")]
    public void A_program_that_only_asks_is_no_worker(string command) => Assert.True(OtherPrograms.IsNoWorker(command.Split(' ')));

    [Theory]
    [InlineData("python3 /usr/bin/celery -A app worker --queues default")]
    [InlineData("python3 /usr/bin/celery -A app worker -B --loglevel INFO")]
    [InlineData("nautobot-server celery worker")]
    [InlineData("python3 run.py")]
    [InlineData("")]
    public void What_may_be_a_worker_is_taken_for_one(string command) => Assert.False(OtherPrograms.IsNoWorker(command.Split(' ')));
}
