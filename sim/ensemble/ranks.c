#include "ensemble/ranks.h"

#ifdef EQUIPOISE_MPI
#include <mpi.h>
#include <stdlib.h>

/* Whether a launcher has called us: joining without one takes a fifth of a second and may start other processes. */
static int launched(void)
{
    static const char *const signs[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK", "PMI_RANK"};
    for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++)
        if (getenv(signs[k]) != NULL)
            return 1;
    return 0;
}

static void leave(void)
{
    int over = 0;
    MPI_Finalized(&over);
    if (!over)
        MPI_Finalize();
}

static int joined(void)
{
    int yes = 0;
    MPI_Initialized(&yes);
    return yes;
}

struct ranks ranks_join(void)
{
    int provided, rank = 0, size = 1;
    if (!joined() && launched() && MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) == MPI_SUCCESS)
        atexit(leave);
    if (joined()) {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
        MPI_Comm_size(MPI_COMM_WORLD, &size);
    }
    return (struct ranks){(size_t)rank, (size_t)size};
}

int ranks_worst(int number)
{
    int worst = number;
    if (joined())
        MPI_Allreduce(&number, &worst, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    return worst;
}

const char *ranks_library(void)
{
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    MPI_Get_library_version(text, &length);
    for (char *c = text; *c != '\0'; c++)
        if (*c == ',' || *c == '\n')
            *c = '\0'; /* the first words say it */
    return text;
}
#else
struct ranks ranks_join(void)
{
    return (struct ranks){0, 1};
}

int ranks_worst(int number)
{
    return number;
}

const char *ranks_library(void)
{
    return "none";
}
#endif
