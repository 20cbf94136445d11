/* Private to threat.c, which includes it once for each width of vectors: what one state sees in all others.
 *
 *   #define LOOK(name) name_of_this_width        #define LOOK_LANES 2, 4 or 8        #define LOOK_FOR target attribute
 *
 * Every element is worked out on its own, by the same operations in the same order, and nothing is contracted
 * (CMakeLists.txt): the width changes no byte of a result.  Between the rows that are read and those that are written all
 * stays in registers. */

typedef double LOOK(lanes) __attribute__((vector_size(LOOK_LANES * sizeof(double))));

/* x^e, as world_raise() has it. */
__attribute__((always_inline)) LOOK_FOR static inline LOOK(lanes) LOOK(raise)(LOOK(lanes) x, double e)
{
    if (e == 1)
        return x;
    if (e == 2)
        return x * x;
    if (e == 3)
        return x * x * x;
    LOOK(lanes) power = x;
    for (size_t l = 0; l < LOOK_LANES; l++)
        power[l] = world_raise(x[l], e);
    return power;
}

/* Others from j on, LOOK_LANES or fewer. */
__attribute__((always_inline)) LOOK_FOR static inline void LOOK(some)(const struct view *v, size_t j,
                                                                      size_t width)
{
    size_t bytes = width * sizeof(double);
    LOOK(lanes) D = v->own - (LOOK(lanes)){0}, k = {0}, O = {0}, intent = {0}, power = {0}, threat;
    for (size_t c = 0; c < v->helpers; c++) {
        memcpy(&k, v->opposition[c] + j, bytes);
        D += v->help[c] * k;
    }
    memcpy(v->defence + j, &D, bytes);
    memcpy(&O, v->offence + j, bytes);
    memcpy(&intent, v->hostility + j, bytes);
    memcpy(&power, v->felt + j, bytes);
    intent = LOOK(raise)(O, v->wO) * LOOK(raise)(intent, v->wI) * v->exposed;
    power = LOOK(raise)(power, v->mu);
    threat = power / (power + LOOK(raise)(D, v->mu)) * intent;
    memcpy(v->intent + j, &intent, bytes);
    memcpy(v->threat + j, &threat, bytes);
}

LOOK_FOR static void LOOK(all)(const struct view *given, size_t n)
{
    const struct view v = *given; /* what is written cannot change it: it stays in registers */
    if (n < LOOK_LANES) {
        LOOK(some)(&v, 0, n);
        return;
    }
    for (size_t j = 0; j + LOOK_LANES < n; j += LOOK_LANES)
        LOOK(some)(&v, j, LOOK_LANES);
    LOOK(some)(&v, n - LOOK_LANES, LOOK_LANES); /* the last, if need be some before them once more */
}

#undef LOOK
#undef LOOK_LANES
#undef LOOK_FOR
